/**
 * Who is asking, for an Express API behind Crossgate.
 *
 * @packageDocumentation
 */
export { crossgate, type Crossgate, type CrossgateHandler, type SessionOptions } from "./crossgate.js";
export type { ClaimValue } from "./claims.js";
export { CrossgateError, type CrossgateErrorCode } from "./errors.js";
// Everything in it, as a whole: only so can an app add to IdentityClaims.
export * from "./identity.js";
export type { ApiClient } from "./introspection.js";
export type { CrossgateOptions } from "./options.js";
