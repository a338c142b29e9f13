// From verified claims to who they stand for.
import type { Identity } from "./identity.js";

/** An identity from claims that were verified, or the name of the claim that is not usable. */
export function buildIdentity(claims: Record<string, unknown>): Identity | "sub" | "sid" {
  const subject = subjectOf(claims["sub"]);
  const sessionHandle = claims["sid"];
  if (subject === undefined) return "sub";
  if (typeof sessionHandle !== "string" || sessionHandle === "") return "sid";
  return Object.freeze({ subject, sessionHandle, expiresAt: Number(claims["exp"]) * 1000, claims: frozen(claims) });
}

/** `claims = { sub = "{user.id}" }` keeps the type that the API's user has, which is often a number. */
function subjectOf(sub: unknown): string | undefined {
  if (typeof sub === "number" && Number.isFinite(sub)) return String(sub);
  return typeof sub === "string" && sub !== "" ? sub : undefined;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
