// Who is signed in, in the words that all parts of the package share.

/**
 * What is known about the person. Say here what `session` in `[app.next_auth]` or the API's own user object adds, once,
 * and every part of the package knows it:
 *
 * ```ts
 * declare module "@crossgate/next/client" {
 *   interface SessionUser {
 *     readonly role?: "admin" | "customer";
 *   }
 * }
 * ```
 */
export interface SessionUser {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly image?: string | null;
  readonly [member: string]: unknown;
}

/** What `GET session` says about somebody who is signed in. */
export interface Session {
  readonly user: SessionUser;
  /** When it ends if nothing happens any more: a date of ISO 8601. */
  readonly expires: string;
  readonly [member: string]: unknown;
}
