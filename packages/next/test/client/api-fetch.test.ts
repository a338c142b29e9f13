// Calls to the API from the browser.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, ClientError, createClient } from "../../src/client/index.js";
import { FakeCrossgate, json, ORIGIN, refusal, watchLeaving } from "./support.js";

beforeEach(() => void watchLeaving());
afterEach(() => vi.unstubAllGlobals());

const tokensOf = ({ asked }: FakeCrossgate) => asked.map(({ headers }) => headers.get("x-csrf-token"));

test("what changes nothing needs no token", async () => {
  const crossgate = new FakeCrossgate({ "GET /api/orders": json([1]) });
  expect(await (await createClient().apiFetch("/api/orders")).json()).toEqual([1]);
  expect([crossgate.lines(), tokensOf(crossgate)]).toEqual([["GET /api/orders"], [null]]);
});

test("a change carries the token, which is fetched once and taken from answers", async () => {
  const crossgate = new FakeCrossgate({
    "POST /api/orders": [json({}), json({}, 200, { "x-csrf-token": "token-2" }), json({})],
  });
  const { apiFetch } = createClient();
  for (let round = 0; round < 3; round += 1) await apiFetch("/api/orders", { method: "POST" });
  expect(crossgate.lines().filter((line) => line.startsWith("GET"))).toEqual(["GET /api/auth/csrf"]);
  expect(tokensOf(crossgate)).toEqual([null, "token-1", "token-1", "token-2"]);
});

test.each(["csrf_invalid", "csrf_missing"])("%s: once more with a fresh token and the same body", async (code) => {
  const crossgate = new FakeCrossgate({
    "GET /api/auth/csrf": [json({ csrfToken: "old" }), json({ csrfToken: "new" })],
    "PUT /api/cart": [refusal(code, 403), json({ done: true })],
  });
  expect(await createClient().apiJson("/api/cart", { method: "PUT", json: { item: 7 } })).toEqual({ done: true });
  expect(tokensOf(crossgate).filter(Boolean)).toEqual(["old", "new"]);
  expect(crossgate.bodies.filter(Boolean)).toEqual(['{"item":7}', '{"item":7}']);
});

test("a stream is sent only once", async () => {
  const crossgate = new FakeCrossgate({ "POST /api/files": [refusal("csrf_invalid", 403), json({})] });
  const init = { method: "POST", body: new Blob(["all of it"]).stream(), duplex: "half" };
  await expect(createClient().apiFetch("/api/files", init)).rejects.toMatchObject({ code: "csrf_invalid" });
  expect(crossgate.bodies.filter(Boolean)).toEqual(["all of it"]);
});

test("a token that is refused twice is an error, and so is any other 403", async () => {
  for (const code of ["csrf_invalid", "forbidden"]) {
    const crossgate = new FakeCrossgate({ "DELETE /api/orders/1": refusal(code, 403) });
    const error = await createClient().apiFetch("/api/orders/1", { method: "DELETE" }).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "ApiError", code, status: 403, requestId: "r1" });
    expect(crossgate.lines().filter((line) => line.startsWith("DELETE")).length).toBe(code === "forbidden" ? 1 : 2);
  }
});

test("a refusal says what Crossgate or the API said", async () => {
  new FakeCrossgate({
    "GET /api/a": refusal("session_ended", 401, { reason: "idle_timeout" }),
    "GET /api/b": refusal("store_unavailable", 503, {}, { "retry-after": "5" }),
    "GET /api/c": json({ code: "sold_out", message: "Nothing left." }, 409),
    "GET /api/d": new Response("<html>", { status: 502 }),
  });
  const { apiFetch } = createClient();
  const errors = ["a", "b", "c", "d"].map((name) => apiFetch(`/api/${name}`).catch((error: unknown) => error));
  expect(await Promise.all(errors)).toMatchObject([
    { code: "session_ended", reason: "idle_timeout" },
    { code: "store_unavailable", retryAfter: 5 },
    { code: "api_refused", apiCode: "sold_out", message: "Nothing left.", status: 409 },
    { code: "api_refused", status: 502 },
  ]);
});

test.each([
  "https://elsewhere.example/api", "//elsewhere.example/api", `${ORIGIN}.evil.example/`, "http://shop.example/api", "javascript:alert(1)",
])("%s is asked for nothing", async (address) => {
  const crossgate = new FakeCrossgate();
  for (const method of ["GET", "POST"]) {
    await expect(createClient().apiFetch(address, { method })).rejects.toMatchObject({ code: "address_refused" });
  }
  expect(crossgate.asked).toEqual([]);
});

test("no answer is a network error, and an abort stays an abort", async () => {
  new FakeCrossgate({ "GET /api/slow": new DOMException("gone", "AbortError") });
  const { apiFetch, apiJson } = createClient();
  const error = await apiFetch("/api/nothing").catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ClientError);
  expect(error).toMatchObject({ code: "network" });
  await expect(apiFetch("/api/slow")).rejects.toMatchObject({ name: "AbortError" });
  new FakeCrossgate({ "GET /api/html": new Response("<html>"), "GET /api/none": new Response(null, { status: 204 }) });
  await expect(apiJson("/api/html")).rejects.toMatchObject({ code: "answer_invalid" });
  expect(await apiJson("/api/none")).toBeUndefined();
  expect(ApiError).toBeTypeOf("function");
});
