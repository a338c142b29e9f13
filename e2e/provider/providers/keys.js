// Keys that live as long as one run.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";

const KINDS = {
  ES256: ["ec", { namedCurve: "P-256" }],
  RS256: ["rsa", { modulusLength: 2048 }],
};

/**
 * A new private key as PEM. It leaves the generator as text because Node.js 20 can come to a standstill otherwise: when
 * it tidies up the generator while the very key that this made is being exported, each waits for the other.
 */
export function newPem(algorithm) {
  const [kind, options] = KINDS[algorithm];
  const encodings = { privateKeyEncoding: { format: "pem", type: "pkcs8" }, publicKeyEncoding: { format: "pem", type: "spki" } };
  return generateKeyPairSync(kind, { ...options, ...encodings }).privateKey;
}

export const privateJwk = (pem, members) => ({ ...createPrivateKey(pem).export({ format: "jwk" }), use: "sig", ...members });

export const publicJwk = (pem, members) => ({ ...createPublicKey(pem).export({ format: "jwk" }), use: "sig", ...members });
