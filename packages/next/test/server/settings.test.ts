import { afterEach, describe, expect, test, vi } from "vitest";
import { apiFetchFor, createServer, getSessionFromRequest, ServerError } from "../../src/server/index.js";
import { testIdentities } from "../../src/testing/server.js";

afterEach(() => vi.unstubAllEnvs());
const identity = { headers: { "x-crossgate-identity": "e.y.J" } };

describe("the plain functions", () => {
  test("say which variable is missing and what belongs there", async () => {
    await expect(getSessionFromRequest(identity)).rejects.toThrow(/CROSSGATE_PUBLIC_URL is not set; fix: .*public_url/);
    await expect(apiFetchFor(identity)("/api/orders")).rejects.toThrow(/CROSSGATE_API_URL is not set; fix: /);
  });

  test("read the environment when they are called", async () => {
    vi.stubEnv("CROSSGATE_PUBLIC_URL", "http://localhost:8080");
    expect(await getSessionFromRequest({ headers: {} })).toBeNull();
    vi.stubEnv("CROSSGATE_PUBLIC_URL", "shop.example.com");
    await expect(getSessionFromRequest({ headers: {} })).rejects.toMatchObject({ code: "configuration_invalid" });
  });

  test("know the API by either name", async () => {
    vi.stubEnv("API_URL", "http://127.0.0.1:1/api");
    await expect(apiFetchFor(identity)("/x")).rejects.toThrow("fix: write http://127.0.0.1:1");
    vi.stubEnv("CROSSGATE_API_URL", "nonsense");
    await expect(apiFetchFor(identity)("/x")).rejects.toThrow("is no address");
  });
});

describe("options are refused with what to write instead", () => {
  test.each<[string, object, string]>([
    ["a public address that is none", { publicUrl: "shop" }, "fix: scheme, host and port"],
    ["a public address with a path", { publicUrl: "https://shop.example.com/x" }, "fix: write https://shop.example.com"],
    ["plain http outside of loopback", { publicUrl: "http://shop.example.com" }, "must be https"],
    ["another protocol", { publicUrl: "ftp://shop.example.com" }, "is no address"],
    [
      "an internal address with a path",
      { publicUrl: "https://s.example", internalUrl: "http://10.0.0.5:8080/x" },
      "fix: write http://10.0.0.5:8080",
    ],
    ["a base path that is none", { publicUrl: "https://s.example", basePath: "api auth" }, "fix: as app.next_auth.base_path"],
  ])("%s", async (_what, options, fix) => {
    const error: unknown = await createServer(options).getSessionFromRequest(identity).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "configuration_invalid", message: expect.stringContaining(fix) as string });
  });

  test("a source that is none", () => {
    expect(() => createServer({ source: "cookie" as "identity" })).toThrow('fix: "identity" or "gateway"');
  });
});

test("an error for a route handler has Crossgate's shape, and nothing of the inside", async () => {
  const answer = new ServerError("gateway_unavailable", "10.0.0.5 refused").toResponse();
  expect([answer.status, answer.headers.get("retry-after"), answer.headers.get("cache-control")]).toEqual([503, "5", "no-store"]);
  const body = (await answer.json()) as object;
  expect(body).toEqual({ error: "gateway_unavailable", message: expect.any(String) as string });
  expect(JSON.stringify(body)).not.toContain("10.0.0.5");
});

test("people for tests are told apart, and their identities end", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const people = await testIdentities();
  const server = createServer({ publicUrl: people.publicUrl, keys: people.keys });
  const who = async (person: Parameters<typeof people.headersOf>[0]) =>
    server.getSessionFromRequest({ headers: await people.headersOf(person) });
  expect(await who({ subject: "1", user: { name: "Ada", role: "admin" } })).toEqual({
    subject: "1", sessionHandle: "test-session", user: { name: "Ada", role: "admin" },
  });
  expect(await who({ subject: "2" })).toMatchObject({ subject: "2", user: {} });
  expect(await who({ subject: "1", expiresIn: -10 })).toBeNull();
});
