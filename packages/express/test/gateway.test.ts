// The whole way with the real Crossgate: sign-in → call → revoke → 401.
import fs from "node:fs";
import { json } from "express5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crossgate, identityOf } from "../src/index.js";
import { Api, frameworks } from "./support/api.js";
import { Browser } from "./support/browser.js";
import { BINARY, CLIENT, configurationOf, freePort, Gateway, type Site } from "./support/gateway.js";

const AUDIENCE = "https://api.shop.example";
const SECRET = "0123456789abcdef0123456789abcdef-shared";
const people = [{ id: 1, email: "ada@shop.example", role: "admin" }, { id: 2, email: "bob@shop.example", role: "customer" }];
const isBuilt = fs.existsSync(BINARY);
if (!isBuilt) console.warn(`left out: there is no ${BINARY}; set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);

const signings = frameworks.flatMap(([name, express]) => [
  [`${name}, ES256`, express, undefined] as const,
  [`${name}, HS256`, express, SECRET] as const,
]);

describe.skipIf(!isBuilt).each(signings)("%s", (_name, express, secret) => {
  let api: Api;
  let gateway: Gateway;
  let site: Site;
  /** What came with the last request to the API. */
  let authorization = "";

  beforeAll(async () => {
    const gatewayPort = await freePort();
    const [publicUrl, internalUrl] = [`http://localhost:${gatewayPort}`, `http://127.0.0.1:${gatewayPort}`];
    const gate = crossgate({ issuer: publicUrl, audience: AUDIENCE, internalUrl, client: CLIENT, ...(secret && { secret }) });
    api = await Api.start(express, (app) => {
      app.post("/api/login", json(), (request, response) => {
        const { email } = request.body as { email?: string };
        const person = people.find((one) => one.email === email);
        if (person) response.json({ user: person });
        else response.status(401).json({ message: "Wrong email or password." });
      });
      app.use((request, _response, next) => {
        authorization = request.headers.authorization ?? "";
        next();
      });
      app.get("/api/me", gate.requireSession(), (request, response) => void response.json(identityOf(request)));
      app.get("/api/admin", gate.requireRole("admin"), (_request, response) => void response.json({ secret: 42 }));
      app.get("/api/pay", gate.requireSession({ introspect: true }), (_request, response) => void response.json({ paid: true }));
    });
    site = { apiUrl: api.url, gatewayPort, secret, publicUrl };
    gateway = await Gateway.start(configurationOf(site));
  });
  afterAll(async () => {
    await gateway?.stop();
    await api?.stop();
  });

  async function signedIn(email: string): Promise<Browser> {
    const browser = new Browser(site.publicUrl);
    expect((await browser.signIn(email)).status).toBe(200);
    return browser;
  }

  test("who signed in at Crossgate is who asks the API", async () => {
    const browser = await signedIn("ada@shop.example");
    const { status, body } = await browser.send("GET", "/api/me");
    expect([status, body]).toMatchObject([200, { subject: "1", claims: { iss: site.publicUrl, aud: AUDIENCE, role: "admin" } }]);
    expect((await browser.send("GET", "/api/pay")).body).toEqual({ paid: true });
  });

  test("a role of the API's own user decides", async () => {
    const [ada, bob] = [await signedIn("ada@shop.example"), await signedIn("bob@shop.example")];
    expect((await ada.send("GET", "/api/admin")).body).toEqual({ secret: 42 });
    expect(await bob.send("GET", "/api/admin")).toMatchObject({ status: 403, body: { error: "forbidden" } });
  });

  test("whoever goes around Crossgate has no token, and a token of a page is none", async () => {
    expect(await api.json("/api/me")).toMatchObject([401, { error: "not_signed_in" }]);
    const browser = await signedIn("ada@shop.example");
    await browser.send("GET", "/api/me");
    expect((await api.get("/api/me", authorization)).status).toBe(200);
    expect(await api.json("/api/me", `${authorization}A`)).toMatchObject([401, { error: "token_invalid" }]);
  });

  test.each<[string, (browser: Browser) => Promise<number>]>([
    ["signed out", async (browser) => (await browser.post("/api/auth/signout")).status],
    ["had the API revoke its token", () => revoke()],
  ])("the token of somebody who %s is refused where Crossgate is asked, and from then on everywhere", async (_what, end) => {
    const browser = await signedIn("ada@shop.example");
    await browser.send("GET", "/api/me");
    const kept = authorization;
    expect((await api.get("/api/pay", kept)).status).toBe(200);
    expect(await end(browser)).toBe(200);
    expect((await api.get("/api/me", kept)).status).toBe(200);
    expect(await api.json("/api/pay", kept)).toMatchObject([401, { error: "session_ended" }]);
    expect(await api.json("/api/me", kept)).toMatchObject([401, { error: "session_ended" }]);
    expect((await browser.send("GET", "/api/me")).status).toBe(401);
  });

  async function revoke(): Promise<number> {
    const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString("base64");
    const body = new URLSearchParams({ token: authorization.replace("Bearer ", "") });
    const headers = { authorization: `Basic ${basic}` };
    return (await fetch(`${site.publicUrl}/api/auth/revoke`, { method: "POST", headers, body })).status;
  }

  test("without Crossgate a known token counts, and where it must be asked nobody gets in", async () => {
    const browser = await signedIn("ada@shop.example");
    await browser.send("GET", "/api/me");
    await gateway.stop();
    expect((await api.get("/api/me", authorization)).status).toBe(200);
    expect(await api.json("/api/pay", authorization)).toMatchObject([503, { error: "introspection_unavailable" }]);
  });
});
