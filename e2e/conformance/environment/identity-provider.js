// A small OpenID Provider. It agrees with everything at once, and gets wrong what `login_hint` names.
import { randomUUID } from "node:crypto";
import express from "express";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { serve } from "./serve.js";

/** The client that it knows. */
export const CLIENT = { id: "conformance", secret: "client-secret-0123456789" };
const PERSON = {
  sub: "person-1",
  name: "Mary",
  email: "Mary@Example.com",
  email_verified: true,
  picture: "http://img.example/m.png",
};

/** The issuers, each below a path of its own. */
export const ISSUERS = ["first", "second"];

class Issuer {
  #codes = new Map();

  constructor(url, keys) {
    this.url = url;
    this.keys = keys;
  }

  metadata(_request, response) {
    const { url } = this;
    response.json({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      userinfo_endpoint: `${url}/userinfo`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    });
  }

  authorize(request, response) {
    const { redirect_uri: target, state, nonce, code_challenge: challenge, login_hint: fault } = request.query;
    const answer = new URL(target);
    if (fault === "denied") answer.searchParams.set("error", "access_denied");
    else answer.searchParams.set("code", this.#newCode({ nonce, challenge, fault, target }));
    if (state) answer.searchParams.set("state", state);
    answer.searchParams.set("iss", fault === "issuer" ? "https://elsewhere.example" : this.url);
    response.redirect(answer.href);
  }

  #newCode(grant) {
    const code = randomUUID();
    this.#codes.set(code, grant);
    return code;
  }

  async token(request, response) {
    const grant = this.#codes.get(request.body.code);
    this.#codes.delete(request.body.code);
    if (!grant || !(await isProven(grant, request.body))) return response.status(400).json({ error: "invalid_grant" });
    const nonce = grant.fault === "nonce" ? "another" : grant.nonce;
    return response.json({
      access_token: randomUUID(),
      token_type: "Bearer",
      expires_in: 3600,
      id_token: await this.#idToken(nonce),
    });
  }

  #idToken(nonce) {
    const token = new SignJWT({ ...PERSON, nonce }).setProtectedHeader({ alg: "RS256", kid: "1" });
    return token
      .setIssuer(this.url)
      .setAudience(CLIENT.id)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(this.keys.privateKey);
  }

  async jwks(_request, response) {
    response.json({ keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: "1", alg: "RS256", use: "sig" }] });
  }
}

async function isProven({ challenge, target }, { code_verifier: verifier = "", redirect_uri: redirect }) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return challenge === Buffer.from(digest).toString("base64url") && target === redirect;
}

/** Starts it; the issuers are `<address>/first` and `<address>/second`. */
export async function startIdentityProvider() {
  const keys = await generateKeyPair("RS256");
  const app = express().disable("x-powered-by").use(express.urlencoded());
  const server = await serve(app);
  for (const name of ISSUERS) {
    const issuer = new Issuer(`${server.address}/${name}`, keys);
    app.get(`/${name}/.well-known/openid-configuration`, (...pair) => issuer.metadata(...pair));
    app.get(`/${name}/authorize`, (...pair) => issuer.authorize(...pair));
    app.get(`/${name}/jwks`, (...pair) => issuer.jwks(...pair));
    app.post(`/${name}/token`, (...pair) => issuer.token(...pair));
    app.get(`/${name}/userinfo`, (_request, response) => response.json(PERSON));
  }
  return server;
}
