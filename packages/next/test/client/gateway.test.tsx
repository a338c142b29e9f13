// The real Crossgate with a component in front of it: signing in, a change, another tab, signing out.
// @vitest-environment jsdom
import { act, cleanup, render, screen } from "@testing-library/react";
import http from "node:http";
import fs from "node:fs";
import type { ReactNode } from "react";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { BINARY, freePort, Gateway } from "../../../express/test/support/gateway.js";
import { createClient, SessionProvider, useSession } from "../../src/client/index.js";

const isBuilt = fs.existsSync(BINARY);
if (!isBuilt) console.warn(`left out: there is no ${BINARY}; set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);

/** An API with a login, and a route that tells how it was called. */
async function startApi(): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.setHeader("content-type", "application/json");
    if (request.url !== "/api/login") return response.end(JSON.stringify({ method: request.method, body }));
    const { email, password } = JSON.parse(body) as Record<string, string>;
    const isRight = password === "correct horse";
    response.statusCode = isRight ? 200 : 401;
    response.end(JSON.stringify(isRight ? { user: { id: "u1", email, name: "Ada" } } : { message: "Three attempts left.", code: "three_left" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** What a browser adds to the requests of a page: the origin, and the cookies that scripts do not see. */
function browserFetch(origin: string): typeof fetch {
  const jar = new Map<string, string>();
  const real = globalThis.fetch;
  return async (input, init) => {
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    if (request.method !== "GET") headers.set("origin", origin);
    headers.set("cookie", [...jar].map((pair) => pair.join("=")).join("; "));
    const body = request.method === "GET" ? {} : { body: await request.text() };
    const response = await real(request.url, { method: request.method, headers, ...body });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
}

function Shown(): ReactNode {
  const info = useSession();
  return <p>{[info.status, "reason" in info ? info.reason : info.session?.user.name].filter(Boolean).join(" ")}</p>;
}

describe.skipIf(!isBuilt)("behind the real Crossgate", () => {
  let [api, gateway]: [http.Server?, Gateway?] = [];

  beforeAll(async () => {
    api = await startApi();
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const gatewayPort = await freePort();
    const publicUrl = `http://127.0.0.1:${gatewayPort}`;
    gateway = await Gateway.start({ apiUrl, gatewayPort, publicUrl });
    const { origin, href } = new URL("/orders", publicUrl);
    vi.stubGlobal("fetch", browserFetch(publicUrl));
    vi.spyOn(window, "window", "get").mockReturnValue(Object.create(window, { location: { value: { origin, href, assign: vi.fn() } } }) as never);
  });
  afterEach(cleanup);
  afterAll(async () => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    await gateway?.stop();
    api?.close();
  });

  test("a person signs in, changes something, and signs out in another tab", async () => {
    const [here, there] = [createClient(), createClient()];
    render(<SessionProvider client={here}><Shown /></SessionProvider>);
    await screen.findByText("unauthenticated");

    const wrong = await here.signIn("credentials", { email: "a@b.example", password: "wrong", redirect: false });
    expect(wrong).toMatchObject({ ok: false, code: "three_left", message: "Three attempts left." });
    await act(async () => {
      const right = await here.signIn("credentials", { email: "a@b.example", password: "correct horse", redirect: false });
      expect(right).toMatchObject({ ok: true });
    });
    await screen.findByText("authenticated Ada");

    expect(await here.apiJson("/api/orders", { method: "POST", json: { item: 7 } })).toEqual({ method: "POST", body: '{"item":7}' });
    // The token of the time before somebody else's sign-in: Crossgate refuses it, and the client asks for another.
    await there.getCsrfToken();
    expect(await there.apiJson("/api/orders", { method: "DELETE" })).toMatchObject({ method: "DELETE" });
    expect(await here.updateSession()).toMatchObject({ session: { user: { name: "Ada" } } });

    await act(async () => void (await there.signOut({ redirect: false })));
    await screen.findByText(/^unauthenticated/);
    await expect(here.apiJson("/api/orders")).rejects.toMatchObject({ status: 401, code: "not_signed_in" });
  });
});
