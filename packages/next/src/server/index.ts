/**
 * Who is asking, and calls to the API, for code on the server of a Next.js app behind Crossgate.
 *
 * The plain functions take their settings from the environment, at each call: `CROSSGATE_PUBLIC_URL` (required),
 * `CROSSGATE_INTERNAL_URL`, `CROSSGATE_BASE_PATH`, and `CROSSGATE_API_URL` (or `API_URL`) for calls to the API.
 *
 * @packageDocumentation
 */
import { createServer, type Server } from "./create-server.js";

const plain: Server = /* @__PURE__ */ createServer();

/** {@link SessionFunctions.getSession} */
export const getSession: Server["getSession"] = plain.getSession;
/** {@link SessionFunctions.getSessionFromRequest} */
export const getSessionFromRequest: Server["getSessionFromRequest"] = plain.getSessionFromRequest;
/** {@link SessionFunctions.requireSession} */
export const requireSession: Server["requireSession"] = plain.requireSession;
/** {@link SessionFunctions.withAuthRoute} */
export const withAuthRoute: Server["withAuthRoute"] = plain.withAuthRoute;
/** {@link SessionFunctions.withAuthSsr} */
export const withAuthSsr: Server["withAuthSsr"] = plain.withAuthSsr;
/** {@link Server.apiFetch} */
export const apiFetch: Server["apiFetch"] = plain.apiFetch;
/** {@link Server.apiFetchFor} */
export const apiFetchFor: Server["apiFetchFor"] = plain.apiFetchFor;

export {
  createServer,
  type GatewayServer,
  type GatewaySourceOptions,
  type RequireSessionOptions,
  type Server,
  type ServerOptions,
  type SessionFunctions,
} from "./create-server.js";
export type { ApiFetch, ApiInit } from "./call-api.js";
export type { RequestLike } from "./request-headers.js";
export type { ServerSession } from "./session.js";
export type { RouteHandlerWithSession } from "./with-auth-route.js";
export type { GetPropsWithSession, WithAuthSsrOptions } from "./with-auth-ssr.js";
export type { GatewayOptions } from "../gateway/settings.js";
export { ServerError, type ServerErrorCode } from "../gateway/server-error.js";
export { ApiError, type ApiErrorCode, type ApiErrorDetails, type GatewayCode } from "../shared/api-error.js";
// Everything in it, as a whole: only so can an app add to SessionUser.
export * from "../shared/session.js";
