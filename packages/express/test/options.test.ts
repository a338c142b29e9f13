import { expect, test } from "vitest";
import { crossgate, CrossgateError, type CrossgateOptions } from "../src/index.js";

const good = { issuer: "https://shop.example.com", audience: "http://127.0.0.1:4000" };

function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof CrossgateError && error.code === "options_invalid") return error.message;
  }
  return "nothing was refused";
}

test.each<[string, object, string]>([
  ["no issuer", { issuer: undefined }, "fix: public_url"],
  ["an issuer that is no URL", { issuer: "shop.example.com" }, "fix: public_url"],
  ["an issuer of another scheme", { issuer: "ftp://shop.example.com" }, "fix: public_url"],
  ["a slash at the end", { issuer: "https://shop.example.com/" }, "fix: write https://shop.example.com"],
  ["a path", { issuer: "https://shop.example.com/api/auth" }, "fix: write https://shop.example.com"],
  ["capitals", { issuer: "https://Shop.example.com" }, "fix: write https://shop.example.com"],
  ["the default port", { issuer: "https://shop.example.com:443" }, "fix: write https://shop.example.com"],
  ["plain http to elsewhere", { issuer: "http://shop.example.com" }, "fix: https here"],
  ["a host that only looks like loopback", { issuer: "http://127.0.0.1.example.com" }, "fix: https here"],
  ["no audience", { audience: "" }, "audience is missing"],
  ["a list of audiences", { audience: ["a"] }, "audience is missing"],
  ["an internal address with a path", { internalUrl: "http://10.0.0.5/x" }, "internalUrl is no address"],
  ["an empty secret", { secret: "" }, "secret is empty"],
  ["a secret from a variable that is not set", { secret: undefined }, "secret is empty"],
  ["a client without a secret", { client: { id: "shop-api", secret: undefined } }, "client has no id or no secret"],
  ["a negative tolerance", { clockTolerance: -1 }, "clockTolerance"],
  ["a tolerance of minutes", { clockTolerance: 61 }, "clockTolerance"],
  ["a tolerance that is no number", { clockTolerance: Number.NaN }, "clockTolerance"],
  ["a fraction of a token", { rememberedTokens: 1.5 }, "rememberedTokens"],
  ["no bound on what is remembered", { rememberedTokens: Number.POSITIVE_INFINITY }, "rememberedTokens"],
  ["another way to refuse", { errors: "throw" }, "errors is unknown"],
])("%s is refused with a fix", (_name, part, message) => {
  expect(refusalOf(() => crossgate({ ...good, ...part } as CrossgateOptions))).toContain(message);
});

test.each([
  "https://shop.example.com",
  "https://shop.example.com:8443",
  "http://localhost:8080",
  "http://shop.localhost",
  "http://127.0.0.1:8080",
  "http://[::1]:8080",
])("%s can be an issuer", (issuer) => {
  expect(() => crossgate({ ...good, issuer })).not.toThrow();
});

test("no refusal shows a secret", () => {
  const secret = "a-secret-that-nobody-may-see";
  const make = () => crossgate({ ...good, issuer: "x", secret, client: { id: "", secret } });
  expect(refusalOf(make)).not.toContain(secret);
});

test("a route that asks Crossgate needs a client, and that is said when the API starts", () => {
  expect(refusalOf(() => crossgate(good).requireSession({ introspect: true }))).toContain("fix: client");
  expect(refusalOf(() => crossgate(good).optionalSession({ introspect: true }))).toContain("fix: client");
});

test("a role must be named", () => {
  const { requireRole } = crossgate(good) as unknown as { requireRole: () => void };
  expect(refusalOf(requireRole)).toContain("names no role");
});
