// The tokens that reach the API: from the gateways, from Auth0, and its own.
import { randomBytes } from "node:crypto";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { AUDIENCE } from "../providers/audience.js";
import { gateways, required } from "../support/environment.js";

const keySets = new Map();

/** Where an issuer publishes its keys. */
const KEYS_OF_GATEWAY = "/.well-known/jwks.json";
const KEYS_OF_AUTH0 = "jwks";

function keysAt(url) {
  if (!keySets.has(url)) keySets.set(url, createRemoteJWKSet(new URL(url)));
  return keySets.get(url);
}

/** The claims of a token with which a gateway asks for an account. Throws where it is not one of these. */
export async function verifyAccountToken(token) {
  const { iss: issuer } = decodeJwt(token);
  if (!gateways().some(({ url }) => url === issuer)) throw new Error(`no gateway is called ${issuer}`);
  const rules = { issuer, audience: required("API_URL"), typ: "crossgate-account+jwt", requiredClaims: ["exp", "jti"] };
  return (await jwtVerify(token, keysAt(issuer + KEYS_OF_GATEWAY), rules)).payload;
}

/** The claims of an access token of Auth0 for this API. Throws where it is not one of these. */
export async function verifyAuth0Token(token) {
  const issuer = `${required("AUTH0_URL")}/`;
  const rules = { issuer, audience: AUDIENCE, typ: "at+jwt" };
  return (await jwtVerify(token, keysAt(issuer + KEYS_OF_AUTH0), rules)).payload;
}

/** A token of the API's own. It is marked, so that a test finds it wherever it should not be. */
export const newToken = () => `api-token-${randomBytes(24).toString("hex")}`;
