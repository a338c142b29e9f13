// Stands in for Crossgate: a key set, and tokens as it issues them.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { calculateJwkThumbprint, exportJWK, SignJWT } from "jose";

const random = (bytes) => randomBytes(bytes).toString("base64url");

/** What the variants need to know, and a way to make tokens. */
export async function startIssuer(algorithm) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...(await exportJWK(publicKey)), use: "sig", alg: "ES256" };
  jwk.kid = await calculateJwkThumbprint(jwk);
  const server = createServer((request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const audience = "http://127.0.0.1:4000";
  const secret = algorithm === "HS256" ? random(32) : undefined;
  const verificationKey = secret ?? publicKey.export({ type: "spki", format: "pem" });
  const header = { typ: "at+jwt", alg: algorithm, ...(!secret && { kid: jwk.kid }) };
  const key = secret ? new TextEncoder().encode(secret) : privateKey;
  return {
    settings: { algorithm, issuer, audience, secret, verificationKey },
    token: () => new SignJWT(claimsOf(issuer, audience)).setProtectedHeader(header).sign(key),
    stop: () => server.close(),
  };
}

function claimsOf(iss, aud) {
  const now = Math.floor(Date.now() / 1000);
  const id = 1000 + (randomBytes(2).readUInt16BE() % 9000);
  const person = { sub: String(id), role: "customer", email: `person-${id}@shop.example.com`, name: "Ada Lovelace" };
  return { ...person, iss, aud, iat: now, exp: now + 3600, jti: random(16), sid: random(12), client_id: "crossgate" };
}
