// The keys that Crossgate signs with.
import { ask } from "#transport";
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { ServerError } from "../gateway/server-error.js";
import type { GatewaySettings } from "../gateway/settings.js";
import { processState } from "./process-state.js";

const PATH = "/.well-known/jwks.json";
/** For so long Crossgate lets its key set be kept (`max-age=300`). A new key is in it for ten minutes before it signs. */
const KEPT_FOR = 5 * 60_000;
/** Who makes up key ids causes one request in this time. */
const COOLDOWN = 2_000;

/**
 * The key that a token's header names. It is one of Crossgate's published keys, or of those that a test gives.
 *
 * What it gives throws {@link ServerError} `key_set_unavailable` where the keys cannot be had.
 */
export function keySetOf(settings: GatewaySettings, keys: JSONWebKeySet | undefined): JWTVerifyGetKey {
  if (keys) return createLocalJWKSet(keys);
  const { keySets } = processState();
  const name = `${settings.publicUrl} at ${settings.internalUrl}`;
  const known = keySets.get(name) ?? remoteKeySet(settings);
  keySets.set(name, known);
  return known;
}

function remoteKeySet({ publicUrl, internalUrl }: GatewaySettings): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(PATH, internalUrl), {
    cacheMaxAge: KEPT_FOR,
    cooldownDuration: COOLDOWN,
    [customFetch]: (address, { headers, signal }) =>
      ask({ address: new URL(address), publicUrl, headers: Object.fromEntries(headers), signal }),
  });
  return (header, token) =>
    find(header, token).catch((error: unknown) => {
      throw isVerdict(error) ? error : unavailable(error);
    });
}

/** Everything else is about the set, not about the token. */
function isVerdict(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}

function unavailable(cause: unknown): ServerError {
  const reason = cause instanceof Error ? cause.message : "no answer";
  return new ServerError("key_set_unavailable", `Crossgate's key set cannot be had: ${reason}`, { cause });
}
