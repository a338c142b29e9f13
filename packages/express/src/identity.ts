// Who is asking, as handlers see it.
import { CrossgateError } from "./errors.js";

/**
 * The claims of the token. Say here which ones `claims` in `[api.issued]` adds, and `req.identity.claims` knows them:
 *
 * ```ts
 * declare module "@crossgate/express" {
 *   interface IdentityClaims {
 *     readonly role: "admin" | "customer";
 *   }
 * }
 * ```
 */
export interface IdentityClaims {
  readonly [name: string]: unknown;
}

/** Who is asking. Requests with the same token share one, so it is frozen, with all that is in it. */
export interface Identity {
  /** Claim `sub`: the person, as the API itself knows them. */
  readonly subject: string;
  /** Claim `sid`: the public handle of the session. It opens nothing and may be logged. */
  readonly sessionHandle: string;
  /** Claim `exp`, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** All claims of the token. */
  readonly claims: IdentityClaims;
}

declare global {
  // The way that Express itself offers to add something to its requests.
  namespace Express {
    interface Request {
      /** Who is asking: set behind `requireSession()` and its kin, and behind `optionalSession()` where somebody is. */
      identity?: Identity | undefined;
    }
  }
}

/**
 * Who is asking, on a route that has `requireSession()`, `requireRole()` or `requireClaim()` before it.
 *
 * @throws {@link CrossgateError} `identity_missing` (500) where the route has none of them: better than going on as nobody.
 */
export function identityOf(request: { readonly identity?: Identity | undefined }): Identity {
  if (request.identity) return request.identity;
  throw new CrossgateError(
    "identity_missing",
    "nobody was identified on this route; fix: put requireSession() before the handler, or read req.identity behind optionalSession()",
  );
}
