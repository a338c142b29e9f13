// The real Crossgate, as two pages of one browser ask it: signing in, a change, signing out.
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BINARY, configurationOf, freePort, Gateway } from "../../../express/test/support/gateway.js";
import { createClient } from "../../src/client/index.js";
import { watchLeaving } from "./support.js";

const isBuilt = fs.existsSync(BINARY);
if (!isBuilt) console.warn(`left out: there is no ${BINARY}; set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);

/** An API with a login, and a route that tells how it was called. */
async function startApi(): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.setHeader("content-type", "application/json");
    const [status, answer] = request.url === "/api/login" ? login(body) : [200, { method: request.method, body }];
    response.writeHead(status).end(JSON.stringify(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

function login(body: string): [status: number, answer: object] {
  const { email, password } = JSON.parse(body) as Record<string, string>;
  if (password === "correct horse") return [200, { user: { id: "u1", email, name: "Ada" } }];
  return [401, { message: "Three attempts left.", code: "three_left" }];
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

describe.skipIf(!isBuilt)("behind the real Crossgate", () => {
  let [api, gateway]: [http.Server?, Gateway?] = [];

  beforeAll(async () => {
    api = await startApi();
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const gatewayPort = await freePort();
    const publicUrl = `http://127.0.0.1:${gatewayPort}`;
    gateway = await Gateway.start(configurationOf({ apiUrl, gatewayPort, publicUrl }));
    vi.stubGlobal("fetch", browserFetch(publicUrl));
    watchLeaving(`${publicUrl}/orders`);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await gateway?.stop();
    api?.close();
  });

  test("a person signs in, changes something, and signs out in another tab", async () => {
    const [here, there] = [createClient(), createClient()];
    const person = { email: "ada@shop.example", redirect: false } as const;
    expect(await here.askSession()).toEqual({ session: null });

    const wrong = await here.signIn("credentials", { ...person, password: "wrong" });
    expect(wrong).toMatchObject({ ok: false, code: "three_left", message: "Three attempts left." });
    // A token of the time before the sign-in: Crossgate refuses it later, and the client asks for another.
    await there.getCsrfToken();
    expect(await here.signIn("credentials", { ...person, password: "correct horse" })).toMatchObject({ ok: true });
    expect(await here.getSession()).toMatchObject({ user: { name: "Ada", email: "ada@shop.example" } });

    const call = { method: "POST", json: { item: 7 } };
    const calls = await Promise.all([here, there].map(({ apiJson }) => apiJson("/api/orders", call)));
    expect(calls).toEqual([{ method: "POST", body: '{"item":7}' }, { method: "POST", body: '{"item":7}' }]);
    expect(await here.updateSession()).toMatchObject({ session: { user: { name: "Ada" } } });

    await there.signOut({ redirect: false });
    await expect(here.apiJson("/api/orders")).rejects.toMatchObject({ status: 401, code: "not_signed_in" });
    expect(await here.getSession()).toBeNull();
  });

  test("a page that still has the token of a session that ended signs in and out all the same", async () => {
    const [here, there] = [createClient(), createClient()];
    const person = { email: "ada@shop.example", password: "correct horse", redirect: false } as const;
    const change = { method: "POST", json: {} };
    await here.signIn("credentials", person);
    await here.apiJson("/api/orders", change);
    await there.signOut({ redirect: false });
    expect(await here.signIn("credentials", person)).toMatchObject({ ok: true });

    await here.apiJson("/api/orders", change);
    await there.signOut({ redirect: false });
    await there.signIn("credentials", person);
    await here.signOut({ redirect: false });
    expect(await there.getSession()).toBeNull();
  });
});
