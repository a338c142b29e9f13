import { createHmac } from "node:crypto";
import { type CryptoKey, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Issuer, makeKey, outOfOrder } from "../../../express/test/support/issuer.js";
import { createServer, type ServerSession } from "../../src/server/index.js";
import { processState } from "../../src/server/process-state.js";

const PUBLIC_URL = "https://shop.example.com";
let issuer: Issuer;
let said: string[];
beforeEach(async () => {
  issuer = await Issuer.start();
  said = [];
  processState().warnings.clear();
  vi.spyOn(console, "warn").mockImplementation((text: string) => void said.push(text));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await issuer.stop();
});

const seconds = () => Math.floor(Date.now() / 1000);
const user = { id: 17, role: "admin", name: "ada" };
const claims = (more: object = {}) => ({
  iss: PUBLIC_URL, aud: PUBLIC_URL, iat: seconds(), exp: seconds() + 300, name: "Ada", email: "ada@shop.example", user, ...more,
});
const identity = (more?: object, header: object = {}, key = issuer.key) =>
  issuer.token(claims(more), { typ: "crossgate-identity+jwt", ...header }, key);

function who(token: string | undefined): Promise<ServerSession | null> {
  const server = createServer({ publicUrl: PUBLIC_URL, internalUrl: issuer.url });
  return server.getSessionFromRequest({ headers: token === undefined ? {} : { "x-crossgate-identity": token } });
}

const ada = {
  subject: "17",
  sessionHandle: "iZa1E3b3E0OUJ8yN",
  user: { id: 17, role: "admin", name: "Ada", email: "ada@shop.example" },
};

test("Crossgate's identity says who is asking", async () => {
  expect(await who(await identity())).toEqual(ada);
  expect(said).toEqual([]);
});

test("requests of the Web have the same header", async () => {
  const server = createServer({ publicUrl: PUBLIC_URL, internalUrl: issuer.url });
  const headers = { "X-Crossgate-Identity": await identity() };
  expect(await server.getSessionFromRequest(new Request("http://app/", { headers }))).toEqual(ada);
});

test("without the header there is nobody, and no key is asked for", async () => {
  expect(await who(undefined)).toBeNull();
  expect(issuer.keySetRequests).toBe(0);
});

test("a person who is numbered is named by that number, and clocks may differ by five seconds", async () => {
  expect(await who(await identity({ sub: 17, exp: seconds() - 3 }))).toMatchObject({ subject: "17" });
});

const part = (token: string, index: number) => token.split(".")[index] as string;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The same claims with a signature by hand: for headers that no library writes. */
function hmac(header: object, key: string | Buffer): string {
  const body = `${encode({ typ: "crossgate-identity+jwt", kid: issuer.key.id, ...header })}.${encode(issuer.claims(claims()))}`;
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}

async function publicKeyText(): Promise<string> {
  return exportSPKI((await importJWK(issuer.key.jwk, "ES256", { extractable: true })) as CryptoKey);
}

async function signedByStranger(): Promise<string> {
  return identity({}, { kid: issuer.key.id }, await makeKey());
}

async function signedWithRs256(): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256");
  const header = { alg: "RS256", typ: "crossgate-identity+jwt", kid: issuer.key.id };
  return new SignJWT(issuer.claims(claims())).setProtectedHeader(header).sign(privateKey);
}

describe("for nobody's counts an identity with", () => {
  test.each<[string, () => Promise<string> | string, string]>([
    ["another typ", () => identity({}, { typ: "JWT" }), "its typ is"],
    ["the typ of an access token", () => identity({}, { typ: "at+jwt" }), "its typ is"],
    ["the typ of a proof for a hook", () => identity({}, { typ: "crossgate-account+jwt" }), "its typ is"],
    ["no typ", () => identity({}, { typ: undefined }), "its typ is"],
    ["another issuer", () => identity({ iss: "https://evil.example" }), "its iss is"],
    ["an issuer that only begins alike", () => identity({ iss: `${PUBLIC_URL}.evil.example` }), "its iss is"],
    ["no issuer", () => identity({ iss: undefined }), "its iss is"],
    ["the audience of an API", () => identity({ aud: "http://127.0.0.1:4000" }), "its aud is"],
    ["no audience", () => identity({ aud: undefined }), "its aud is"],
    ["no end", () => identity({ exp: undefined }), "its exp is"],
    ["an end that has come", () => identity({ exp: seconds() - 6 }), "it has expired"],
    ["no subject", () => identity({ sub: undefined }), "its sub is"],
    ["an empty subject", () => identity({ sub: "" }), "its sub is"],
    ["a subject that is an object", () => identity({ sub: { id: 1 } }), "its sub is"],
    ["no session", () => identity({ sid: undefined }), "its sid is"],
    ["an empty session", () => identity({ sid: "" }), "its sid is"],
    ["the signature of somebody else", () => signedByStranger(), "its signature is wrong"],
    ["a key that is not published", () => identity({}, { kid: "other" }), "it names no key"],
    ["another algorithm", () => signedWithRs256(), "it is not signed with ES256"],
    ["no signature", () => new UnsecuredJWT(issuer.claims(claims())).encode(), "it is not one signed JWT"],
    ["alg none and some signature", () => hmac({ alg: "none" }, "x"), "it is not signed with ES256"],
    ["HS256 and the public key as secret", async () => hmac({ alg: "HS256" }, await publicKeyText()), "it is not signed with ES256"],
    ["HS256 and the published key", () => hmac({ alg: "HS256" }, JSON.stringify(issuer.key.jwk)), "it is not signed with ES256"],
    ["a critical header that nobody knows", async () => hmac({ alg: "ES256", crit: ["exp2"], exp2: 1 }, "x"), "it cannot be read"],
    ["other claims under its signature", async () => {
      const [good, other] = [await identity(), await identity({ sub: "1" })];
      return [part(good, 0), part(other, 1), part(good, 2)].join(".");
    }, "its signature is wrong"],
    ["a second one beside it", async () => `${await identity()}, ${await identity()}`, "it is not one signed JWT"],
    ["no form at all", () => "", "it is not one signed JWT"],
  ])("%s", async (_what, make, reason) => {
    expect(await who(await make())).toBeNull();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(reason);
  });

  test("a word to the operator, once for each reason and without the token", async () => {
    const token = await identity({ iss: "https://evil.example" });
    await Promise.all(Array.from({ length: 5 }, () => who(token)));
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain(part(token, 2));
    expect(said[0]).not.toContain("evil");
    await who(await signedByStranger());
    expect(said).toHaveLength(2);
  });
});

describe("the key set", () => {
  test("is fetched once for all, from the internal address and under the public name", async () => {
    const token = await identity();
    await Promise.all(Array.from({ length: 20 }, () => who(token)));
    expect(issuer.requests).toMatchObject([{ path: "/.well-known/jwks.json", host: "shop.example.com" }]);
  });

  test("that cannot be had is an outage, and nobody is taken for a stranger", async () => {
    issuer.answer = outOfOrder;
    const error = await who(await identity()).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "ServerError", code: "key_set_unavailable", status: 503 });
    issuer.answer = undefined;
    expect(await who(await identity())).toEqual(ada);
  });

  test.each<[string, (response: import("node:http").ServerResponse) => unknown]>([
    ["is no JSON", (response) => response.end("<html>")],
    ["is no key set", (response) => response.end("{}")],
    ["is a redirect", (response) => response.writeHead(302, { location: "http://evil.example/" }).end()],
    ["breaks off", (response) => response.destroy()],
  ])("that %s is an outage", async (_what, answer) => {
    issuer.answer = (_request, response) => void answer(response);
    await expect(who(await identity())).rejects.toMatchObject({ code: "key_set_unavailable" });
  });
});
