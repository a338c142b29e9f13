import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError, createServer, type ServerOptions } from "../../src/server/index.js";

let api: http.Server;
let url: string;
let requests: http.IncomingMessage[];
let answer: (response: http.ServerResponse) => unknown;
beforeEach(async () => {
  requests = [];
  answer = (response) => response.end("{}");
  api = http.createServer((request, response) => {
    requests.push(request);
    answer(response);
  });
  await once(api.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
});
afterEach(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

const came = {
  authorization: "Bearer api-token",
  "x-access-token": "other-token",
  "x-crossgate-api-cookie": "sid=1; theme=dark",
  "x-crossgate-identity": "e.y.J",
  "x-request-id": "782b80d53e217950",
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  cookie: "crossgate=secret",
};
const call = (options: Partial<ServerOptions> = {}, headers: object = came) =>
  createServer({ apiUrl: url, ...options }).apiFetchFor({ headers: { ...headers } });

describe("a call to the API", () => {
  test("has the token of the page's request, the API's own cookies and the names of the request", async () => {
    await call()("/api/orders?page=2");
    expect(requests[0]?.url).toBe("/api/orders?page=2");
    expect(requests[0]?.headers).toMatchObject({
      authorization: came.authorization,
      cookie: "sid=1; theme=dark",
      traceparent: came.traceparent,
      "x-request-id": came["x-request-id"],
    });
    const names = Object.keys(requests[0]?.headers ?? {});
    expect(names.filter((name) => name === "x-access-token" || name.startsWith("x-crossgate-"))).toEqual([]);
  });

  test("has the header that the API is configured with, and no other", async () => {
    await call({ apiHeaders: ["X-Access-Token"] })("/api/orders");
    expect(requests[0]?.headers).toMatchObject({ "x-access-token": "other-token" });
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  test("of a stranger has none of it, and the browser's cookies never go along", async () => {
    await call({}, { cookie: "crossgate=secret" })("/api/products");
    expect([requests[0]?.headers.authorization, requests[0]?.headers.cookie]).toEqual([undefined, undefined]);
  });

  test("keeps what the caller says", async () => {
    const headers = { authorization: "Basic eDp5", "content-type": "application/json" };
    await call()("/api/orders", { method: "POST", body: "{}", headers });
    expect(requests[0]).toMatchObject({ method: "POST", headers });
  });

  test.each([
    "http://evil.example/api", "//evil.example/api", "/\\evil.example/api", "https://127.0.0.1/api", "http://evil.example:80@x/",
    "data:,x",
  ])("to %s is refused before anything is sent", async (path) => {
    await expect(call()(path)).rejects.toMatchObject({ code: "api_address_refused" });
    expect(requests).toEqual([]);
  });

  test("may name the API's own origin", async () => {
    expect((await call()(`${url}/api/orders`)).status).toBe(200);
  });

  test("follows no redirect: the token stays where it was meant to go", async () => {
    let visits = 0;
    const elsewhere = http.createServer((_request, response) => response.end(String((visits += 1))));
    await once(elsewhere.listen(0, "127.0.0.1"), "listening");
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    answer = (response) => response.writeHead(302, { location }).end();
    const redirected = await call()("/api/orders", { redirect: "follow" } as object);
    expect([redirected.status, visits]).toEqual([302, 0]);
    elsewhere.close();
  });
});

describe("a refusal", () => {
  async function refusal(status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<ApiError> {
    answer = (response) => response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
    const error: unknown = await call()("/api/orders").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  }

  test("of the API has its words, and its body can still be read", async () => {
    const error = await refusal(409, { code: "sold_out", message: "Nothing left.", left: 0 }, { "x-request-id": "r1" });
    expect(error).toMatchObject({ status: 409, code: "api_refused", apiCode: "sold_out", message: "Nothing left.", requestId: "r1" });
    expect(await error.response.json()).toMatchObject({ left: 0 });
  });

  test.each<[string, unknown, object]>([
    ["an error object", { error: { code: "E1", message: "No." } }, { apiCode: "E1", message: "No." }],
    ["a word", { error: "not_signed_in", message: "Please sign in." }, { apiCode: "not_signed_in", message: "Please sign in." }],
    ["no JSON", "<html>", { apiCode: undefined, message: "The API answered 422." }],
    ["a list", [1], { apiCode: undefined, message: "The API answered 422." }],
    ["null", null, { apiCode: undefined, message: "The API answered 422." }],
  ])("may be %s", async (_what, body, expected) => {
    expect(await refusal(422, body)).toMatchObject({ code: "api_refused", ...expected });
  });

  test("of Crossgate has its code, and what belongs to that", async () => {
    const body = { error: "session_ended", message: "Please sign in again.", request_id: "r2", hint: "h", reason: "idle_timeout" };
    expect(await refusal(401, body, { "x-request-id": "r2", "retry-after": "7" })).toMatchObject({
      code: "session_ended",
      message: "Please sign in again.",
      requestId: "r2",
      hint: "h",
      reason: "idle_timeout",
      retryAfter: 7,
      apiCode: undefined,
    });
  });

  test("may say as a date when to come back", async () => {
    const { retryAfter } = await refusal(503, {}, { "retry-after": new Date(Date.now() + 90_000).toUTCString() });
    expect(retryAfter).toBeGreaterThan(80);
    expect(retryAfter).toBeLessThan(91);
  });
});

describe("where there is no answer", () => {
  test("the error says so", async () => {
    answer = (response) => response.destroy();
    await expect(call()("/api/orders")).rejects.toMatchObject({ code: "api_unreachable", status: 502 });
  });

  test("because the caller gave up, the caller has its own error back", async () => {
    await expect(call()("/api/orders", { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });
});
