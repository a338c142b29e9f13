// Judges access tokens.
import { errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from "jose";
import { buildIdentity } from "./build-identity.js";
import { CrossgateError } from "./errors.js";
import type { Identity } from "./identity.js";
import { type KeySet, UnknownKeyError } from "./key-set.js";

/** What tokens are judged by. */
export interface VerifierSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the keys are from: Crossgate's key set (ES256), or the API's own secret (HS256). */
  readonly keys: KeySet | Uint8Array;
  /** In seconds. */
  readonly clockTolerance: number;
  readonly now: () => number;
}

// Exactly three parts: whoever decodes base64 with more patience would take two texts for one token.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Judges a token by the steps of RFC 9068 §4:
 *
 * 1. `typ` must be `at+jwt`: no other token of Crossgate's passes for an access token.
 * 2. The signature must be good, with the one algorithm that tokens for this API are signed with. What the header says
 *    chooses among Crossgate's keys and nothing else (RFC 8725 §3.1); a `crit` that is not understood is refused.
 * 3. `iss` must be exactly Crossgate's public address.
 * 4. `aud` must be this API's.
 * 5. The time must be before `exp`, which must be there.
 *
 * And: 6. `nbf`, if there is one, must have come. 7. `sub` names a person and `sid` a session.
 *
 * @throws {@link CrossgateError} `token_invalid`, `token_expired`, or `key_set_unavailable` where nobody can know.
 */
export async function verify(token: string, settings: VerifierSettings): Promise<Identity> {
  if (!COMPACT.test(token)) throw invalid("the token is not a signed JWT");
  const { payload } = await checked(token, settings).catch((error: unknown) => {
    throw translated(error);
  });
  const identity = buildIdentity(payload); // 7
  if (typeof identity === "string") throw invalid(`the claim ${identity} is not usable`);
  return identity;
}

async function checked(token: string, settings: VerifierSettings): Promise<JWTVerifyResult> {
  const { keys, issuer, audience, clockTolerance, now } = settings;
  const common: JWTVerifyOptions = {
    typ: "at+jwt", // 1
    issuer, // 3
    audience, // 4
    requiredClaims: ["exp", "sub", "sid"], // 5, 7
    clockTolerance,
    currentDate: new Date(now()), // 5, 6
  };
  if (keys instanceof Uint8Array) return jwtVerify(token, keys, { ...common, algorithms: ["HS256"] }); // 2
  return jwtVerify(token, (header) => keys.find(header), { ...common, algorithms: ["ES256"] }); // 2
}

/** An error of the library in our words. What is not its verdict about the token is handed on as it is. */
function translated(error: unknown): unknown {
  if (error instanceof UnknownKeyError) return invalid("it names no key that Crossgate publishes");
  if (error instanceof errors.JWTExpired) return new CrossgateError("token_expired", "the token has expired");
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its ${error.claim} is missing or not the expected one`);
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid("it is not signed with the algorithm of this API's tokens");
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid("its signature is wrong");
  if (error instanceof errors.JOSEError) return invalid(`it cannot be read (${error.code})`);
  return error;
}

function invalid(reason: string): CrossgateError {
  return new CrossgateError("token_invalid", reason);
}
