import { createHmac } from "node:crypto";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CrossgateError, type Identity } from "../src/index.js";
import { Identifier } from "../src/identifier.js";
import { checkOptions, type CrossgateOptions } from "../src/options.js";
import { AUDIENCE, Issuer, makeKey, SECONDS, type SigningKey, START } from "./support/issuer.js";

let issuer: Issuer;
let stranger: SigningKey;
const SECRET = "the-secret-of-the-api-and-of-nobody-else, long enough for any HMAC";

beforeAll(async () => {
  issuer = await Issuer.start();
  stranger = await makeKey();
});
afterAll(() => issuer.stop());

const identifier = (options: Partial<CrossgateOptions> = {}) =>
  new Identifier(checkOptions({ issuer: issuer.url, audience: AUDIENCE, now: () => START, ...options }));

/** The code of the refusal, or who it is. */
async function verdict(token: string, options?: Partial<CrossgateOptions>): Promise<string | Identity> {
  try {
    return await identifier(options).identify(token);
  } catch (error) {
    if (error instanceof CrossgateError) return error.code;
    throw error;
  }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const part = (token: string, index: number) => token.split(".")[index] as string;

/** The same claims, signed by hand: for headers that no library writes. */
async function byHand(header: Record<string, unknown>, key: string | Buffer): Promise<string> {
  const body = `${encode({ typ: "at+jwt", kid: issuer.key.id, ...header })}.${encode(issuer.claims())}`;
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}

test("a token of Crossgate's says who is asking", async () => {
  expect(await verdict(await issuer.token({ role: "admin", user: { plan: "pro" } }))).toEqual({
    subject: "17",
    sessionHandle: "iZa1E3b3E0OUJ8yN",
    expiresAt: START + 300_000,
    claims: issuer.claims({ role: "admin", user: { plan: "pro" } }),
  });
});

test("a person who is numbered is named by that number", async () => {
  expect(await verdict(await issuer.token({ sub: 17 as unknown as string }))).toMatchObject({ subject: "17" });
});

test("an identity is frozen as a whole, because requests share it", async () => {
  const { claims } = (await verdict(await issuer.token({ user: { roles: ["a"] } }))) as Identity;
  expect(() => ((claims as { sub: unknown }).sub = "18")).toThrow(TypeError);
  expect(() => (claims["user"] as { roles: string[] }).roles.push("admin")).toThrow(TypeError);
});

describe("a token with a good signature is refused for", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["another typ", {}, { typ: "JWT" }, "its typ is"],
    ["the typ of the token for pages", {}, { typ: "crossgate-identity+jwt" }, "its typ is"],
    ["the typ of the token for the account hook", {}, { typ: "crossgate-account+jwt" }, "its typ is"],
    ["no typ", {}, { typ: undefined }, "its typ is"],
    ["no key id", {}, { kid: undefined }, "it names no key"],
    ["a key id that is not published", {}, { kid: "other" }, "it names no key"],
    ["another issuer", { iss: "https://shop.example.com" }, {}, "its iss is"],
    ["no issuer", { iss: undefined }, {}, "its iss is"],
    ["another audience", { aud: "http://127.0.0.1:4001" }, {}, "its aud is"],
    ["an audience that only begins alike", { aud: `${AUDIENCE}0` }, {}, "its aud is"],
    ["no audience", { aud: undefined }, {}, "its aud is"],
    ["no end", { exp: undefined }, {}, "its exp is"],
    ["an end that is text", { exp: String(SECONDS + 300) }, {}, "its exp is"],
    ["an end that has come", { exp: SECONDS - 5 }, {}, "the token has expired"],
    ["a beginning that has not come", { nbf: SECONDS + 6 }, {}, "its nbf is"],
    ["no subject", { sub: undefined }, {}, "its sub is"],
    ["an empty subject", { sub: "" }, {}, "the claim sub"],
    ["a subject that is an object", { sub: { id: 1 } }, {}, "the claim sub"],
    ["no session", { sid: undefined }, {}, "its sid is"],
    ["an empty session", { sid: "" }, {}, "the claim sid"],
    ["a session that is a number", { sid: 1 }, {}, "the claim sid"],
  ])("%s", async (_name, claims, header, reason) => {
    const token = await issuer.token(claims, header);
    const code = reason.endsWith("expired") ? "token_expired" : "token_invalid";
    await expect(async () => identifier().identify(token)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });

  test("a crit that is not known", async () => {
    const header = { alg: "ES256", typ: "at+jwt", kid: issuer.key.id, crit: ["x"], x: 1 };
    // The library signs only what it understands, but it can be told that it does.
    const token = await new SignJWT(issuer.claims()).setProtectedHeader(header).sign(issuer.key.privateKey, { crit: { x: true } });
    expect(await verdict(token)).toBe("token_invalid");
  });
});

describe("a token passes with", () => {
  test.each<[string, Record<string, unknown>]>([
    ["an end within the tolerance", { exp: SECONDS - 4 }],
    ["a beginning within the tolerance", { nbf: SECONDS + 5 }],
    ["a list of audiences that has this one", { aud: ["https://other.example.com", AUDIENCE] }],
  ])("%s", async (_name, claims) => {
    expect(await verdict(await issuer.token(claims))).toMatchObject({ subject: "17" });
  });
});

describe("nobody gets in with", () => {
  const forged: Record<string, () => string | Promise<string>> = {
    "no signature": () => new UnsecuredJWT(issuer.claims()).encode(),
    "alg none": async () => `${encode({ alg: "none", typ: "at+jwt", kid: issuer.key.id })}.${encode(issuer.claims())}.AA`,
    "the public key as an HMAC secret": async () => {
      const spki = await exportSPKI((await importJWK(issuer.key.jwk, "ES256", { extractable: true })) as CryptoKey);
      return byHand({ alg: "HS256" }, spki);
    },
    "the key's JWK as an HMAC secret": () => byHand({ alg: "HS256" }, JSON.stringify(issuer.key.jwk)),
    "an algorithm that does not exist": () => byHand({ alg: "ES999" }, "x"),
    "an HMAC that calls itself ES256": () => byHand({ alg: "ES256" }, "x"),
    "another key under a known id": () => issuer.token({}, {}, { ...stranger, id: issuer.key.id }),
    "a key that it brings along": () => issuer.token({}, { jwk: stranger.jwk, kid: issuer.key.id }, stranger),
    "a key set that it names": () => issuer.token({}, { jku: "https://evil.example/jwks.json" }, stranger),
    "other claims under a good signature": async () => {
      const token = await issuer.token();
      return `${part(token, 0)}.${encode(issuer.claims({ sub: "1" }))}.${part(token, 2)}`;
    },
    "a signature of zeros": async () => `${(await issuer.token()).split(".").slice(0, 2).join(".")}.${"A".repeat(86)}`,
    "a signature that is cut": async () => (await issuer.token()).slice(0, -4),
    "a space in it": async () => (await issuer.token()).replace(".", " ."),
    "padding": async () => `${await issuer.token()}=`,
    "a fourth part": async () => `${await issuer.token()}.x`,
    "two tokens": async () => `${await issuer.token()},${await issuer.token()}`,
    "unencoded payload": () => byHand({ alg: "ES256", b64: false, crit: ["b64"] }, "x"),
    "a header that is no JSON": async () => `AAAA.${encode(issuer.claims())}.AAAA`,
    "a header that is a list": async () => `${encode([])}.${encode(issuer.claims())}.AAAA`,
    "dots": () => "..",
    "nothing": () => "",
    "an opaque text": () => "opaque",
    "a very long text": () => `a.${"a".repeat(100_000)}.a`,
  };
  test.each(Object.keys(forged))("%s", async (name) => {
    expect(await verdict(await (forged[name] as () => string | Promise<string>)())).toBe("token_invalid");
  });
});

test("a published key for another algorithm is not used", async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  issuer.keys.push({ id: "rsa", jwk: { ...(await exportJWK(publicKey)), kid: "rsa", alg: "RS256", use: "sig" }, privateKey });
  expect(await verdict(await issuer.token({}, { alg: "RS256" }, issuer.keys[1]))).toBe("token_invalid");
  issuer.keys.pop();
});

describe("with a secret of the API's own", () => {
  const sign = (secret: string, header: object = {}, claims: Record<string, unknown> = {}) =>
    new SignJWT(issuer.claims(claims))
      .setProtectedHeader({ alg: "HS256", typ: "at+jwt", ...header })
      .sign(new TextEncoder().encode(secret));

  test("a token signed with it passes, and nothing is fetched", async () => {
    const before = issuer.requests.length;
    expect(await verdict(await sign(SECRET), { secret: SECRET })).toMatchObject({ subject: "17" });
    expect(issuer.requests.length).toBe(before);
  });

  test.each<[string, () => Promise<string>, string]>([
    ["another secret", () => sign(`${SECRET}!`), "token_invalid"],
    ["HS512", () => sign(SECRET, { alg: "HS512" }), "token_invalid"],
    ["a published key", () => issuer.token(), "token_invalid"],
    ["another typ", () => sign(SECRET, { typ: "JWT" }), "token_invalid"],
    ["another audience", () => sign(SECRET, {}, { aud: "x" }), "token_invalid"],
    ["an end that has come", () => sign(SECRET, {}, { exp: SECONDS - 5 }), "token_expired"],
  ])("%s does not", async (_name, token, code) => {
    expect(await verdict(await token(), { secret: SECRET })).toBe(code);
  });

  test("and without one, a token signed with it does not pass", async () => {
    expect(await verdict(await sign(SECRET, { kid: issuer.key.id }))).toBe("token_invalid");
  });
});
