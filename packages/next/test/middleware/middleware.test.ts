import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest, type NextResponse } from "next/server.js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { crossgateMiddleware, type CrossgateMiddlewareOptions, crossgateRewrites } from "../../src/middleware/index.js";

const PUBLIC_URL = "https://shop.example.com";
const session = { user: { name: "Ada" }, expires: "2030-01-01T00:00:00.000Z" };
const REMOVAL = "crossgate=; Max-Age=0; Path=/; HttpOnly";
let gateway: http.Server;
let internalUrl: string;
let asked: http.IncomingMessage[];
let answer: (response: http.ServerResponse) => unknown;
beforeEach(async () => {
  asked = [];
  answer = (response) => response.end(JSON.stringify(session));
  gateway = http.createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  await once(gateway.listen(0, "127.0.0.1"), "listening");
  internalUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
});

type Headers = Record<string, string>;
const NAVIGATION: Headers = { "sec-fetch-mode": "navigate", accept: "text/html" };
const SCRIPT: Headers = { "sec-fetch-mode": "cors", accept: "*/*" };
const COOKIE = "crossgate=opaque; theme=dark";

interface Visit {
  readonly headers?: Headers;
  readonly options?: Partial<CrossgateMiddlewareOptions>;
  readonly nextConfig?: NonNullable<ConstructorParameters<typeof NextRequest>[1]>["nextConfig"];
}

const USUAL: Headers = { ...NAVIGATION, cookie: COOKIE };

function visit(path: string, { headers = USUAL, options = {}, nextConfig }: Visit = {}): Promise<NextResponse> {
  const middleware = crossgateMiddleware({ publicUrl: PUBLIC_URL, internalUrl, protect: ["/dashboard/**"], ...options });
  return middleware(new NextRequest(`http://10.0.0.7:3000${path}`, { headers, ...(nextConfig && { nextConfig }) }));
}
const goesOn = (response: NextResponse) => response.headers.get("x-middleware-next") === "1";
const nobody = (body: unknown = {}) => void (answer = (response) => response.end(JSON.stringify(body)));

describe("a protected page", () => {
  test("is let through for somebody whom Crossgate knows, asked under its public name with the browser's cookies", async () => {
    expect(goesOn(await visit("/dashboard"))).toBe(true);
    expect(asked).toHaveLength(1);
    expect([asked[0]?.url, asked[0]?.method]).toEqual(["/api/auth/session", "GET"]);
    expect(asked[0]?.headers).toMatchObject({
      host: "shop.example.com", "x-forwarded-host": "shop.example.com", "x-forwarded-proto": "https", cookie: COOKIE,
    });
  });

  test.each([[{}], [null]])("leads a stranger (%j) to the sign-in page and from there back", async (body) => {
    nobody(body);
    const response = await visit("/dashboard/orders?page=2&_rsc=x");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${PUBLIC_URL}/api/auth/signin?callbackUrl=%2Fdashboard%2Forders%3Fpage%3D2`);
  });

  test("leads to the app's own page, which is open itself", async () => {
    nobody();
    const options = { protect: ["/**"], signInPath: "/login" };
    expect((await visit("/", { options })).headers.get("location")).toBe(`${PUBLIC_URL}/login?callbackUrl=%2F`);
    for (const path of ["/login?callbackUrl=%2F", "/login.rsc", "/_next/data/build/login.json"]) {
      expect(goesOn(await visit(path, { options })), path).toBe(true);
    }
  });

  test("needs no question where no cookie came", async () => {
    expect((await visit("/dashboard", { headers: NAVIGATION })).status).toBe(303);
    expect(asked).toEqual([]);
  });

  test.each<[string, string, Headers]>([
    ["a fetch", "/dashboard", SCRIPT],
    ["a script that says nothing about itself", "/dashboard", {}],
    ["an RSC request", "/dashboard?_rsc=1a2b", { ...SCRIPT, rsc: "1" }],
    ["data of the Pages Router, as Next.js hands it over", "/dashboard", { ...NAVIGATION, "x-nextjs-data": "1" }],
    ["data of the Pages Router, as it came", "/_next/data/build/dashboard.json", NAVIGATION],
    [".rsc", "/dashboard.rsc", NAVIGATION],
  ])("answers %s with a status and JSON", async (_what, path, headers) => {
    nobody();
    const response = await visit(path, { headers: { ...headers, cookie: COOKIE } });
    const { status, headers: got } = response;
    expect([status, got.get("location"), got.get("cache-control")]).toEqual([401, null, "no-store"]);
    expect(await response.json()).toEqual({ error: "not_signed_in", message: "Please sign in." });
  });

  test.each(["/_next/data/build/dashboard/orders.json?page=2", "/dashboard/orders.rsc?page=2&_rsc=x"])(
    "asked for as %s by an action is found again by its own address",
    async (path) => {
      const response = await visit(path, { headers: { ...SCRIPT, "next-action": "a1" } });
      expect(response.headers.get("x-action-redirect")).toContain("callbackUrl=%2Fdashboard%2Forders%3Fpage%3D2;push");
    },
  );

  test("tells a Server Action where to go", async () => {
    nobody();
    const response = await visit("/dashboard", { headers: { ...SCRIPT, "next-action": "a1", cookie: COOKIE } });
    expect(response.status).toBe(401);
    expect(response.headers.get("x-action-redirect")).toBe(`${PUBLIC_URL}/api/auth/signin?callbackUrl=%2Fdashboard;push`);
  });

  test.each([
    "/dashboard/", "/DASHBOARD", "/%64ashboard", "/dashboard/a/b", "/dashboard.txt", "/_next/data/b/dashboard/x.json",
    "/dashboard.segments/_tree.segment.rsc",
  ])("is %s too", async (path) => {
    expect(goesOn(await visit(path, { headers: NAVIGATION }))).toBe(false);
  });

  test("is known without base path and locale, and found again with them", async () => {
    const nextConfig = { basePath: "/shop", i18n: { locales: ["en", "de"], defaultLocale: "en" } };
    const response = await visit("/shop/de/dashboard?x=1", { headers: NAVIGATION, nextConfig });
    expect(response.headers.get("location")).toBe(`${PUBLIC_URL}/api/auth/signin?callbackUrl=%2Fshop%2Fde%2Fdashboard%3Fx%3D1`);
    expect(goesOn(await visit("/shop/de/help", { headers: NAVIGATION, nextConfig }))).toBe(true);
  });
});

describe("cookies that Crossgate removes or sets", () => {
  const withCookie = (body: unknown) =>
    void (answer = (response) => response.writeHead(200, { "set-cookie": [REMOVAL, "other=1"] }).end(JSON.stringify(body)));

  test.each<[string, unknown, Headers]>([
    ["a stranger's redirect", {}, NAVIGATION],
    ["a stranger's JSON", {}, SCRIPT],
    ["the page of somebody", session, NAVIGATION],
  ])("reach the browser with %s", async (_what, body, headers) => {
    withCookie(body);
    const response = await visit("/dashboard", { headers: { ...headers, cookie: COOKIE } });
    expect(response.headers.getSetCookie()).toEqual([REMOVAL, "other=1"]);
  });
});

describe("while Crossgate does not say", () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    vi.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
  });

  test.each<[string, (response: http.ServerResponse) => unknown]>([
    ["fails", (response) => response.writeHead(503).end("{}")],
    ["breaks off", (response) => response.destroy()],
    ["redirects", (response) => response.writeHead(302, { location: "/" }).end()],
    ["answers with something else", (response) => response.end("<html>")],
    ["answers with a list", (response) => response.end("[]")],
    ["answers with half a session", (response) => response.end('{"user":{}}')],
  ])("who is signed in and %s, nobody gets in and nobody is signed out", async (_what, broken) => {
    answer = broken;
    const response = await visit("/dashboard");
    expect([response.status, response.headers.get("retry-after"), response.headers.getSetCookie()]).toEqual([503, "5", []]);
    expect(response.headers.get("content-type")).toContain("text/plain");
    const json = await visit("/dashboard", { headers: { ...SCRIPT, cookie: COOKIE } });
    expect([json.status, await json.json()]).toMatchObject([503, { error: "gateway_unavailable" }]);
    expect(said).toHaveLength(2);
    expect(said.join()).not.toContain("opaque");
  });

  test("open pages go on", async () => {
    answer = (response) => response.destroy();
    expect(goesOn(await visit("/about"))).toBe(true);
    expect(asked).toEqual([]);
  });

  test("the operator learns that the name is the wrong one", async () => {
    answer = (response) => response.writeHead(421).end("{}");
    expect((await visit("/dashboard")).status).toBe(503);
    expect(said[0]).toContain("fix: CROSSGATE_PUBLIC_URL");
  });
});

describe("what is open", () => {
  test.each([
    ["a page that nothing protects", "/about", {}],
    ["a page that is named", "/dashboard/help", { publicPaths: ["/dashboard/help"] }],
    ["build output", "/_next/static/chunks/a.js", { protect: ["/**"] }],
    ["Crossgate's endpoints", "/api/auth/callback/google", { protect: ["/**"] }],
    ["Crossgate's endpoints elsewhere", "/shop/api/auth/session", { protect: ["/**"], basePath: "/shop/api/auth" }],
    ["the key set", "/.well-known/jwks.json", { protect: ["/**"] }],
  ])("%s is let through without a question", async (_what, path, options) => {
    expect(goesOn(await visit(path, { options }))).toBe(true);
    expect(asked).toEqual([]);
  });

  test("beside the endpoints, below the same prefix, nothing is", async () => {
    nobody();
    expect((await visit("/api/auth/admin", { options: { protect: ["/**"] } })).status).toBe(303);
  });
});

const ambiguous = ["/a%2fb", "/a//b", "//dashboard", "/%5Cdashboard", "/a;b", "/dashboard%252f", "/%ff"];

test.each(ambiguous)("%s is refused, protected or not", async (path) => {
  const response = await visit(path);
  expect(response.status).toBe(400);
  expect(asked).toEqual([]);
});

test.each(["/about", "/dashboard"])("at %s what only Crossgate may say is gone, and the rest stays", async (path) => {
  const forged = { "x-crossgate-identity": "e.y.J", "X-Crossgate-Api-Cookie": "sid=1" };
  const headers = { ...USUAL, ...forged, authorization: "Bearer x" };
  const response = await visit(path, { headers });
  const kept = response.headers.get("x-middleware-override-headers")?.split(",");
  expect(kept).toEqual(expect.arrayContaining(["authorization", "cookie", "sec-fetch-mode"]));
  expect(kept?.filter((name) => name.startsWith("x-crossgate-"))).toEqual([]);
});

describe("a request that comes back", () => {
  test.each(["/about", "/api/who", "/dashboard"])("from Crossgate (%s) is refused before it goes round", async (path) => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const passed = await visit("/about", { headers: { ...NAVIGATION, via: "1.1 cdn" } });
    const via = String(passed.headers.get("x-middleware-request-via"));
    expect(via).toContain("1.1 cdn");
    expect((await visit(path, { headers: { ...NAVIGATION, via } })).status).toBe(508);
    expect(said.mock.calls.join()).toContain("fix: apis of crossgateRewrites()");
    expect(asked).toEqual([]);
  });

  test("through other servers is an ordinary one", async () => {
    expect(goesOn(await visit("/about", { headers: { ...NAVIGATION, via: "1.1 crossgate, 2.0 cdn" } }))).toBe(true);
  });
});

test("options that cannot be meant are refused when the server starts", () => {
  expect(() => crossgateMiddleware({ protect: ["/a*"] })).toThrow('"*" stands for a whole segment');
  expect(() => crossgateMiddleware({ protect: [], publicPaths: ["help"] })).toThrow('fix: a pattern such as "/dashboard/**"');
});

test("an address that is not said is an error, and no page", async () => {
  await expect(visit("/dashboard", { options: { publicUrl: "" } })).rejects.toMatchObject({ code: "configuration_invalid" });
});

describe("rewrites", () => {
  test("send Crossgate's own paths to Crossgate, and the APIs where the app has nothing itself", () => {
    const url = "http://10.0.0.5:8080";
    const { beforeFiles, afterFiles, fallback } = crossgateRewrites({ url: `${url}/`, apis: ["/api", "/v2"] });
    const rewrite = (source: string) => ({ source, destination: url + source, basePath: false });
    expect(fallback).toEqual([]);
    expect(beforeFiles).toContainEqual(rewrite("/api/auth/callback/:provider"));
    expect(afterFiles).toContainEqual(rewrite("/v2/:path*"));
    expect(beforeFiles.map(({ source }) => source)).toContain("/.well-known/jwks.json");
  });

  test("leave paths alone that would come back", () => {
    const { beforeFiles } = crossgateRewrites({ url: "http://10.0.0.5:8080", basePath: "/shop/api/auth" });
    const sources = beforeFiles.map(({ source }) => source);
    expect(sources).toContain("/shop/api/auth/session");
    expect(sources.filter((source) => source.includes("*"))).toEqual([]);
  });

  test.each([
    [{ url: "10.0.0.5:8080" }, "is no address"],
    [{ url: "http://10.0.0.5", apis: ["/api/:path*"] }, 'fix: write it as in crossgate.toml'],
    [{ url: "http://10.0.0.5", basePath: "auth" }, 'fix: write it as in crossgate.toml'],
  ])("are refused for %j", (options, fix) => {
    expect(() => crossgateRewrites(options)).toThrow(fix);
  });
});
