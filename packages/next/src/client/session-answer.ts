// Who is signed in, as Crossgate says it to the browser.
import { membersOf } from "../shared/api-error.js";
import type { Session } from "../shared/session.js";
import { ClientError } from "./client-error.js";

/** Why a session ended, as far as that is known: the reasons of `docs/reference/error-codes.md`. */
export type SessionEndReason =
  | "signed_out"
  | "signed_out_by_app"
  | "signed_out_everywhere"
  | "revoked_by_owner"
  | "replaced"
  | "idle_timeout"
  | "absolute_timeout"
  | "provider_signed_out"
  | "refresh_refused"
  | "refresh_lost"
  | "revoked_by_operator"
  | "revoked_by_api";

/** What `GET session` said. */
export interface SessionAnswer {
  readonly session: Session | null;
  readonly reason?: SessionEndReason;
}

/** `{}` and `null` are nobody (next-auth 4 and 5). Anything that is neither that nor a session is no answer. */
export function sessionAnswer({ body, headers }: { body: unknown; headers: Headers }): SessionAnswer {
  const { user, expires } = membersOf(body);
  if (typeof user === "object" && user !== null && typeof expires === "string") return { session: body as Session };
  if (body !== null && JSON.stringify(body) !== "{}") {
    throw new ClientError("answer_invalid", "the answer is no session; does Crossgate stand in front of this app?");
  }
  const reason = headers.get("x-session-ended");
  return { session: null, ...(reason !== null && { reason: reason as SessionEndReason }) };
}
