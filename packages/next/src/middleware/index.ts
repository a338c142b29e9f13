/**
 * For an app that has to stand in front of Crossgate, on a platform that only hosts Next.js. Where Crossgate can stand
 * in front, it protects the pages itself and none of this is needed.
 *
 * @packageDocumentation
 */
export { crossgateMiddleware, type CrossgateMiddleware, type CrossgateMiddlewareOptions } from "./crossgate-middleware.js";
export {
  type CrossgateRewrite,
  crossgateRewrites,
  type CrossgateRewrites,
  type CrossgateRewritesOptions,
} from "./rewrites.js";
export type { GatewayOptions } from "../gateway/settings.js";
export { ServerError, type ServerErrorCode } from "../gateway/server-error.js";
