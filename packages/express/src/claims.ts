// What routes ask of claims.
import type { IdentityClaims } from "./identity.js";

/** What a claim can be compared with. */
export type ClaimValue = string | number | boolean;

/**
 * The value of a claim: a member of the token's claims by its whole name, or by a JSON Pointer (RFC 6901) such as
 * `/user/plan`. Only what the token itself says, nothing that objects inherit.
 */
export function claimValue(claims: IdentityClaims, name: string): unknown {
  if (!name.startsWith("/")) return memberOf(claims, name);
  const steps = name.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>(memberOf, claims);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Whether a claim, or one in its list, is one of the accepted values. Without any it must be there and not `null` or `false`. */
export function isAccepted(value: unknown, accepted: readonly ClaimValue[]): boolean {
  if (accepted.length === 0) return value !== undefined && value !== null && value !== false;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.some((one) => accepted.some((other) => other === one));
}
