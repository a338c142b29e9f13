// Stands in for Crossgate where a test needs one that misbehaves: a key set, tokens, and answers that can be replaced.
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export const AUDIENCE = "http://127.0.0.1:4000";
/** When all tests begin, in milliseconds. */
export const START = Date.parse("2026-01-01T00:00:00Z");
export const SECONDS = START / 1000;

export interface SigningKey {
  readonly id: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

export async function makeKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(jwk);
  return { id, jwk: { ...jwk, kid: id, alg: "ES256", use: "sig" }, privateKey };
}

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export class Issuer {
  /** Paths of all requests. */
  readonly requests: { path: string; host: string; authorization: string; body: string }[] = [];
  keys: SigningKey[] = [];
  /** In place of the key set, where it is set. */
  answer: Answer | undefined;
  /** What introspection says. */
  active = true;
  url = "";
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    issuer.keys = [await makeKey()];
    await once(issuer.#server.listen(0, "127.0.0.1"), "listening");
    issuer.url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    return issuer;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host = "", authorization = "" } = request.headers;
    this.requests.push({ path: request.url ?? "", host, authorization, body: Buffer.concat(chunks).toString() });
    if (this.answer) return this.answer(request, response);
    const body = request.url === "/.well-known/jwks.json" ? { keys: this.keys.map(({ jwk }) => jwk) } : { active: this.active };
    response.end(JSON.stringify(body));
  }

  get key(): SigningKey {
    return this.keys[0] as SigningKey;
  }

  /** How often the key set was asked for. */
  get keySetRequests(): number {
    return this.requests.filter(({ path }) => path === "/.well-known/jwks.json").length;
  }

  claims(claims: JWTPayload = {}): JWTPayload {
    const usual = { iss: this.url, aud: AUDIENCE, iat: SECONDS, exp: SECONDS + 300, jti: "j", client_id: "crossgate" };
    return { sub: "17", sid: "iZa1E3b3E0OUJ8yN", ...usual, ...claims };
  }

  /** A token as Crossgate issues it, except for what is said here. */
  token(claims: JWTPayload = {}, header: Record<string, unknown> = {}, key: SigningKey = this.key): Promise<string> {
    const signer = new SignJWT(this.claims(claims));
    return signer.setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.id, ...header }).sign(key.privateKey);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The answer of an issuer that is out of order. */
export const outOfOrder: Answer = (_request, response) => response.writeHead(503).end();
