// The whole way with the real Crossgate: sign-in → page → API → sign-out. The app is a Node server that calls what an
// app would.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest } from "next/server.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Browser } from "../../../express/test/support/browser.js";
import { BINARY, freePort, Gateway } from "../../../express/test/support/gateway.js";
import { crossgateMiddleware } from "../../src/middleware/index.js";
import { createServer, ServerError } from "../../src/server/index.js";
import { processState } from "../../src/server/process-state.js";

const isBuilt = fs.existsSync(BINARY);
if (!isBuilt) console.warn(`left out: there is no ${BINARY}; set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<unknown>;

/** A server that answers with the JSON of a handler, and with a refusal as JSON. */
class JsonServer {
  readonly url: string;
  readonly #server: http.Server;

  private constructor(server: http.Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(handle: Handler): Promise<JsonServer> {
    const server = http.createServer((request, response) => {
      handle(request, response).then(
        (body) => response.end(JSON.stringify(body)),
        (error: { status?: number }) => response.writeHead(error.status ?? 500).end(JSON.stringify(error)),
      );
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new JsonServer(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const ada = { id: 17, email: "ada@shop.example", name: "Ada", role: "admin" };

/** An API with a login of its own. It tells what it was sent. */
const api: Handler = async ({ url, headers }, response) => {
  if (url === "/api/login") {
    response.setHeader("set-cookie", "api-sid=s1; Path=/; HttpOnly");
    return { user: ada, token: "api-token" };
  }
  if (url === "/api/refused") response.statusCode = 409;
  const { authorization, cookie, "x-access-token": other, "x-request-id": id } = headers;
  return { authorization, cookie, other, hasRequestId: id !== undefined, code: "sold_out" };
};

interface Kind {
  readonly name: string;
  /** In `[[api]]`. */
  readonly api: string;
  readonly apiHeaders?: readonly string[];
  /** What the API sees of a call that the app makes for somebody. */
  readonly sees: object;
}

const kinds: readonly Kind[] = [
  { name: "a bearer token", api: 'token = "api"', sees: { authorization: "Bearer api-token", hasRequestId: true } },
  {
    name: "a header of its own",
    api: 'token = "api"\nheader = "x-access-token"',
    apiHeaders: ["x-access-token"],
    sees: { other: "api-token" },
  },
  { name: "cookies", api: 'token = "cookie"', sees: { cookie: "api-sid=s1" } },
];

interface Site {
  readonly publicUrl: string;
  readonly appUrl: string;
  readonly apiUrl: string;
}

function configurationOf({ publicUrl, appUrl, apiUrl }: Site, kind: Kind): string {
  const accessToken = kind.api.includes('"api"') ? ', access_token = "/token"' : "";
  return `
    public_url = "${publicUrl}"
    secret = "${randomBytes(32).toString("hex")}"
    listen = { address = "127.0.0.1:${new URL(publicUrl).port}", admin = false }
    app = { url = "${appUrl}" }
    pages = { protected = ["/private/**"] }
    store = { url = "sqlite:crossgate.db" }
    [[api]]
    path = "/api"
    url = "${apiUrl}"
    ${kind.api}
    [sign_in.credentials]
    login = { request = "POST /api/login"${accessToken} }`;
}

describe.skipIf(!isBuilt).each(kinds)("an app whose API wants $name", (kind) => {
  let site: Site;
  let servers: JsonServer[];
  let gateway: Gateway;
  /** What came with the last request to the app. */
  let came: http.IncomingHttpHeaders = {};

  beforeAll(async () => {
    // The one before had the same address and other keys.
    processState().keySets.clear();
    processState().warnings.clear();
    const gatewayPort = await freePort();
    const [publicUrl, internalUrl] = [`http://localhost:${gatewayPort}`, `http://127.0.0.1:${gatewayPort}`];
    const apiServer = await JsonServer.start(api);
    const server = createServer({ publicUrl, internalUrl, apiUrl: apiServer.url, apiHeaders: kind.apiHeaders });
    const appServer = await JsonServer.start(async (request) => {
      came = request.headers;
      if (request.url === "/who") return server.getSessionFromRequest(request);
      const answer = await server.apiFetchFor(request)(request.url === "/refused" ? "/api/refused" : "/api/echo");
      return (await answer.json()) as unknown;
    });
    servers = [apiServer, appServer];
    site = { publicUrl, appUrl: appServer.url, apiUrl: apiServer.url };
    gateway = await Gateway.start(configurationOf(site, kind));
  });
  afterAll(async () => {
    await gateway?.stop();
    for (const server of servers ?? []) await server.stop();
  });

  async function signedIn(): Promise<Browser> {
    const browser = new Browser(site.publicUrl);
    expect((await browser.signIn(ada.email)).status).toBe(200);
    return browser;
  }
  const toApp = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    (await fetch(site.appUrl + path, { headers })).json();

  test("knows on its server who signed in, and who did not", async () => {
    const { body } = await (await signedIn()).send("GET", "/who");
    expect(body).toEqual({ subject: "17", sessionHandle: expect.stringMatching(/^[\w-]{16}$/) as string, user: ada });
    expect(await new Browser(site.publicUrl).send("GET", "/who")).toEqual({ status: 200, body: null });
  });

  test("calls the API as whoever asks, and as nobody for a stranger", async () => {
    expect((await (await signedIn()).send("GET", "/echo")).body).toMatchObject(kind.sees);
    const { body } = await new Browser(site.publicUrl).send("GET", "/echo");
    expect(body).toEqual({ hasRequestId: true, code: "sold_out" });
  });

  test("has the API's refusal as an error with its status", async () => {
    const refused = { status: 409, body: { code: "api_refused", apiCode: "sold_out" } };
    expect(await (await signedIn()).send("GET", "/refused")).toMatchObject(refused);
  });

  test("does not believe a browser that says who it is", async () => {
    await (await signedIn()).send("GET", "/who");
    const identity = String(came["x-crossgate-identity"]);
    const headers = { "x-crossgate-identity": identity };
    expect(await (await fetch(`${site.publicUrl}/who`, { headers })).json()).toBeNull();
    expect(await toApp("/who", headers)).toMatchObject({ subject: "17" });
  });

  test("takes an identity that was touched for nobody's, also without Crossgate in between", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    await (await signedIn()).send("GET", "/who");
    const [head, body, signature] = String(came["x-crossgate-identity"]).split(".");
    const claims = JSON.parse(Buffer.from(String(body), "base64url").toString()) as object;
    const touched = Buffer.from(JSON.stringify({ ...claims, sub: "1" })).toString("base64url");
    expect(await toApp("/who", { "x-crossgate-identity": `${head}.${touched}.${signature}` })).toBeNull();
    expect(warned).toHaveBeenCalled();
    warned.mockRestore();
  });

  test("knows nobody any more after the sign-out", async () => {
    const browser = await signedIn();
    await browser.send("GET", "/who");
    expect((await browser.post("/api/auth/signout")).status).toBe(200);
    expect((await browser.send("GET", "/who")).body).toBeNull();
  });

  describe("that stands in front itself", () => {
    /** The session cookie, which such an app gets from the browser. */
    async function cookieOf(): Promise<string> {
      const csrf = await fetch(`${site.publicUrl}/api/auth/csrf`);
      const cookie = csrf.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const body = new URLSearchParams({ email: ada.email, password: "x", csrfToken, json: "true" });
      const headers = { origin: site.publicUrl, cookie };
      const answer = await fetch(`${site.publicUrl}/api/auth/callback/credentials`, { method: "POST", headers, body });
      return answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    }
    const internalUrl = () => site.publicUrl.replace("localhost", "127.0.0.1");
    const options = () => ({ publicUrl: site.publicUrl, internalUrl: internalUrl() });
    const visit = (cookie: string) => {
      const headers = { cookie, "sec-fetch-mode": "navigate" };
      return crossgateMiddleware({ ...options(), protect: ["/private/**"] })(new NextRequest("http://10.0.0.7/private/x", { headers }));
    };

    test("asks Crossgate who that is, and leads strangers to its sign-in page", async () => {
      const cookie = await cookieOf();
      const server = createServer({ ...options(), source: "gateway" });
      const session = { user: { name: "Ada", email: ada.email } };
      expect(await server.getSessionFromRequest({ headers: { cookie } })).toMatchObject(session);
      expect(await server.getSessionFromRequest({ headers: { cookie: "theme=dark" } })).toBeNull();
      expect((await visit(cookie)).headers.get("x-middleware-next")).toBe("1");
      const stranger = await visit("theme=dark");
      expect(stranger.status).toBe(303);
      const signInPage = await fetch(String(stranger.headers.get("location")), { redirect: "manual" });
      expect([signInPage.status, await signInPage.text()]).toEqual([200, expect.stringContaining(`value="${site.publicUrl}/private/x"`) as string]);
    });

    test("hands the removal of a cookie that names nothing to the browser", async () => {
      const cookie = `crossgate=${"A".repeat(43)}`;
      expect((await visit(cookie)).headers.getSetCookie()).toEqual([expect.stringMatching(/^crossgate=;.*Max-Age=0/) as string]);
    });
  });
});

test.skipIf(!isBuilt)("without Crossgate nobody is taken for a stranger", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const publicUrl = `http://localhost:${await freePort()}`;
  const server = createServer({ publicUrl, source: "gateway" });
  const error: unknown = await server.getSessionFromRequest({ headers: { cookie: "crossgate=x" } }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ServerError);
  const middleware = crossgateMiddleware({ publicUrl, protect: ["/**"] });
  expect((await middleware(new NextRequest("http://10.0.0.7/private", { headers: { cookie: "crossgate=x" } }))).status).toBe(503);
  said.mockRestore();
});
