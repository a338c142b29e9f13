// What differs between the App Router and the Pages Router, and between the majors of Next.js.
import type { IncomingMessage } from "node:http";
import type { GetServerSidePropsContext } from "next";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerSession } from "../../src/server/index.js";
import { testIdentities } from "../../src/testing/server.js";

const current = vi.hoisted(() => ({ headers: (): unknown => new Headers() }));
vi.mock("next/headers.js", () => ({ headers: () => current.headers() }));

const PUBLIC_URL = "https://shop.example.com";
let server: Server;
let ada: { "x-crossgate-identity": string };
beforeAll(async () => {
  const people = await testIdentities({ publicUrl: PUBLIC_URL });
  ada = await people.headersOf({ subject: "1", user: { name: "Ada" } });
  server = createServer({ publicUrl: PUBLIC_URL, keys: people.keys });
});
const session = { subject: "1", sessionHandle: "test-session", user: { name: "Ada" } };

describe.each<[string, (headers: Headers) => unknown]>([
  ["Next.js 14", (headers) => headers],
  ["Next.js 15 and later", (headers) => Promise.resolve(headers)],
])("in the App Router of %s", (_major, given) => {
  beforeEach(() => void (current.headers = () => given(new Headers(ada))));
  afterEach(() => void (current.headers = () => new Headers()));

  test("the session is that of the current request", async () => {
    expect(await server.getSession()).toEqual(session);
    expect(await server.requireSession()).toEqual(session);
  });

  test("what Next.js throws at build to make a page dynamic is not touched, and comes before any setting is needed", async () => {
    current.headers = () => {
      throw Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" });
    };
    const { getSession, apiFetch } = createServer();
    await expect(getSession()).rejects.toMatchObject({ digest: "DYNAMIC_SERVER_USAGE" });
    await expect(apiFetch("/api/orders")).rejects.toMatchObject({ digest: "DYNAMIC_SERVER_USAGE" });
  });
});

describe("a route handler for people who are signed in", () => {
  const request = new Request("http://app/api/orders/7");
  type Params = { readonly id: string };
  const handler = vi.fn(async (_request: Request, { subject }: ServerSession, { id }: Params) => Response.json({ subject, id }));
  afterEach(() => {
    current.headers = () => new Headers();
    vi.restoreAllMocks();
  });
  const answer = async (from: Pick<Server, "withAuthRoute"> = server) => {
    const response = await from.withAuthRoute(handler)(request, { id: "7" });
    return [response.status, await response.json()];
  };

  test("knows who asks, and has what Next.js hands over", async () => {
    current.headers = () => new Headers(ada);
    expect(await answer()).toEqual([200, { subject: "1", id: "7" }]);
  });

  test("answers a stranger with 401 and JSON, and is not asked", async () => {
    handler.mockClear();
    expect(await answer()).toEqual([401, { error: "not_signed_in", message: "Please sign in." }]);
    expect(handler).not.toHaveBeenCalled();
  });

  test("answers an outage with 503, and the operator learns why", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    current.headers = () => new Headers(ada);
    const apart = createServer({ publicUrl: PUBLIC_URL, internalUrl: "http://127.0.0.1:1" });
    expect(await answer(apart)).toMatchObject([503, { error: "key_set_unavailable" }]);
    expect(said.mock.calls.join()).toContain("ECONNREFUSED");
  });

  test("hands on what the app throws", async () => {
    current.headers = () => new Headers(ada);
    handler.mockRejectedValueOnce(new RangeError("of the app"));
    await expect(answer()).rejects.toThrow("of the app");
  });
});

describe("where nobody is signed in", () => {
  test("the page leads to the sign-in page and back, under the public address", async () => {
    const digest = `NEXT_REDIRECT;replace;${PUBLIC_URL}/api/auth/signin?callbackUrl=%2Forders%3Fpage%3D2;307;`;
    await expect(server.requireSession({ callbackUrl: "/orders?page=2" })).rejects.toMatchObject({ digest });
  });

  test("code that asks for it has an error that is an answer", async () => {
    const error = (await server.requireSession({ otherwise: "throw" }).catch((error: unknown) => error)) as { toResponse(): Response };
    const answer = error.toResponse();
    expect([answer.status, await answer.json()]).toEqual([401, { error: "not_signed_in", message: "Please sign in." }]);
  });
});

describe("in the Pages Router", () => {
  const context = (headers: object, more: object = {}) =>
    ({ req: { headers } as IncomingMessage, resolvedUrl: "/orders?page=2", ...more }) as GetServerSidePropsContext;
  const destination = (path: string) => ({
    redirect: { destination: `${PUBLIC_URL}/api/auth/signin?callbackUrl=${encodeURIComponent(path)}`, statusCode: 303, basePath: false },
  });

  test("the page's props have the session, beside its own", async () => {
    const getProps = server.withAuthSsr(async (_context, { subject }) => ({ props: { orders: [`of ${subject}`] } }));
    expect(await getProps(context(ada))).toEqual({ props: { orders: ["of 1"], session } });
    expect(await server.withAuthSsr()(context(ada))).toEqual({ props: { session } });
  });

  test("props can be sent to the browser", async () => {
    const result = await server.withAuthSsr()(context(ada));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test("a redirect and a page that is not there stay what they are", async () => {
    expect(await server.withAuthSsr(async () => ({ notFound: true }))(context(ada))).toEqual({ notFound: true });
  });

  test("a stranger is led to the sign-in page, and the page is not asked", async () => {
    const getProps = vi.fn(async () => ({ props: {} }));
    expect(await server.withAuthSsr(getProps)(context({}))).toEqual(destination("/orders?page=2"));
    expect(getProps).not.toHaveBeenCalled();
  });

  test("the way back has the locale, and what the app says", async () => {
    const german = { locale: "de", defaultLocale: "en" };
    expect(await server.withAuthSsr()(context({}, german))).toEqual(destination("/de/orders?page=2"));
    expect(await server.withAuthSsr()(context({}, { locale: "en", defaultLocale: "en" }))).toEqual(destination("/orders?page=2"));
    const callbackUrl = ({ resolvedUrl }: GetServerSidePropsContext) => `/shop${resolvedUrl}`;
    expect(await server.withAuthSsr(undefined, { callbackUrl })(context({}))).toEqual(destination("/shop/orders?page=2"));
  });
});
