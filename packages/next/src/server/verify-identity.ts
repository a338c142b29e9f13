// Judges X-Crossgate-Identity.
import { errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import { type ServerSession, sessionFrom } from "./session.js";

/** Why a token does not count. The reason is for the operator and holds nothing of the token. */
export class IdentityRefused extends Error {}

/** In seconds: clocks differ. */
const CLOCK_TOLERANCE = 5;
// Exactly three parts: whoever decodes base64 with more patience would take two texts for one token.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Judges an identity token:
 *
 * 1. The signature must be good, with one of Crossgate's keys.
 * 2. `alg` must be ES256. What the header says chooses among the keys and nothing else (RFC 8725 §3.1).
 * 3. `typ` must be `crossgate-identity+jwt`: an access token for an API must not pass for an identity.
 * 4. `iss` must be exactly Crossgate's public address.
 * 5. `aud` must be the same.
 * 6. The time must be before `exp`, which must be there.
 * 7. `sub` names a person and `sid` a session.
 *
 * @throws {@link IdentityRefused}; and what `keys` throws where nobody can know.
 */
export async function verifyIdentity(token: string, publicUrl: string, keys: JWTVerifyGetKey): Promise<ServerSession> {
  if (!COMPACT.test(token)) throw new IdentityRefused("it is not one signed JWT");
  const verified = await jwtVerify(token, keys, { // 1
    algorithms: ["ES256"], // 2
    typ: "crossgate-identity+jwt", // 3
    issuer: publicUrl, // 4
    audience: publicUrl, // 5
    clockTolerance: CLOCK_TOLERANCE, // 6
    requiredClaims: ["exp", "sub", "sid"], // 6, 7
  }).catch((error: unknown) => {
    throw translated(error);
  });
  const session = sessionFrom(verified.payload); // 7
  if (typeof session === "string") throw new IdentityRefused(`its ${session} is not usable`);
  return session;
}

/** An error of the library in our words. What is not its verdict about the token is handed on as it is. */
function translated(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new IdentityRefused("it has expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new IdentityRefused(`its ${error.claim} is missing or not the expected one`);
  }
  if (error instanceof errors.JWKSNoMatchingKey) return new IdentityRefused("it names no key that Crossgate publishes");
  if (error instanceof errors.JOSEAlgNotAllowed) return new IdentityRefused("it is not signed with ES256");
  if (error instanceof errors.JWSSignatureVerificationFailed) return new IdentityRefused("its signature is wrong");
  if (error instanceof errors.JOSEError) return new IdentityRefused(`it cannot be read (${error.code})`);
  return error;
}
