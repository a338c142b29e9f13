// Who is asking, as code on the app's server sees it.
import type { SessionUser } from "../shared/session.js";

/** Somebody who is signed in. */
export interface ServerSession {
  /** Claim `sub`: the person, as the API itself knows them. */
  readonly subject: string;
  /** Claim `sid`: names the session. It opens nothing and may be logged. */
  readonly sessionHandle: string;
  /** The user object of the login, with `name`, `email` and `image` as Crossgate found them. */
  readonly user: SessionUser;
}

/** A session from claims that were verified, or the name of the claim that is not usable. */
export function sessionFrom(claims: Record<string, unknown>): ServerSession | "sub" | "sid" {
  const subject = subjectOf(claims["sub"]);
  const sessionHandle = claims["sid"];
  if (subject === undefined) return "sub";
  if (typeof sessionHandle !== "string" || sessionHandle === "") return "sid";
  return { subject, sessionHandle, user: userOf(claims) };
}

/** A person may be numbered. */
function subjectOf(sub: unknown): string | undefined {
  if (typeof sub === "number" && Number.isFinite(sub)) return String(sub);
  return typeof sub === "string" && sub !== "" ? sub : undefined;
}

function userOf({ user, name, email, image }: Record<string, unknown>): SessionUser {
  const found = Object.entries({ name, email, image }).filter(([, value]) => value !== undefined);
  return { ...(typeof user === "object" && user), ...Object.fromEntries(found) };
}
