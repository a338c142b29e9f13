import type { ErrorRequestHandler, RequestHandler } from "express5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crossgate, type CrossgateError, identityOf } from "../src/index.js";
import { Api, frameworks } from "./support/api.js";
import { AUDIENCE, Issuer, outOfOrder, START } from "./support/issuer.js";

const whoAmI: RequestHandler = (request, response) => void response.json({ who: request.identity?.subject ?? null });

describe.each(frameworks)("%s", (_name, express) => {
  let issuer: Issuer;
  let api: Api;
  let good: string;

  beforeAll(async () => {
    issuer = await Issuer.start();
    const options = { issuer: issuer.url, audience: AUDIENCE, now: () => START };
    const { requireSession, optionalSession, requireRole, requireClaim } = crossgate(options);
    good = `Bearer ${await issuer.token()}`;
    api = await Api.start(express, (app) => {
      app.get("/closed", requireSession(), whoAmI);
      app.get("/open", optionalSession(), whoAmI);
      app.get("/role", requireRole("admin", "editor"), whoAmI);
      app.get("/plan", requireClaim("/user/plan", "pro"), whoAmI);
      app.get("/both", requireSession(), requireClaim("email"), requireRole("admin"), whoAmI);
      app.get("/forgotten", (request, response) => void response.json(identityOf(request)));
      app.get("/not/:here", requireSession(), (request, response) => void response.json(identityOf(request).subject));
      app.get("/throws", requireSession(), () => {
        throw new Error("a fault of the handler");
      });
      const away = crossgate({ ...options, issuer: "http://127.0.0.1:9" });
      app.get("/away", away.requireSession(), whoAmI);
      app.get("/away-open", away.optionalSession(), whoAmI);
      const handed = crossgate({ ...options, errors: "next" });
      app.get("/handed", handed.requireSession(), whoAmI);
      app.get("/default", handed.requireSession(), whoAmI);
      app.use("/handed", ((error: CrossgateError, _request, response, _next) => {
        response.status(error.status).json({ mine: error.code });
      }) satisfies ErrorRequestHandler);
      app.use(((error: CrossgateError, request, response, next) => {
        if (request.path === "/default") return next(error);
        response.status(error.status ?? 500).json({ handled: error.code ?? error.message });
      }) satisfies ErrorRequestHandler);
    });
  });
  afterAll(async () => {
    await api.stop();
    await issuer.stop();
  });

  test("a good token says who is asking, the first time and later", async () => {
    expect(await api.json("/closed", good)).toEqual([200, { who: "17" }]);
    expect(await api.json("/closed", good)).toEqual([200, { who: "17" }]);
    expect(await api.json("/open", good)).toEqual([200, { who: "17" }]);
  });

  test("the scheme may be written in any case", async () => {
    expect(await api.json("/closed", good.replace("Bearer", "bEARER"))).toEqual([200, { who: "17" }]);
  });

  test.each([
    ["nothing", undefined, 401, "not_signed_in", "Bearer"],
    ["another scheme", "Basic YTpi", 401, "not_signed_in", "Bearer"],
    ["no token", "Bearer", 400, "authorization_malformed", 'Bearer error="invalid_request", error_description="no token in'],
    ["an opaque token", "Bearer x", 401, "token_invalid", 'Bearer error="invalid_token", error_description="the token is no'],
  ])("with %s it is refused as RFC 6750 says, in the shape of Crossgate's refusals", async (_what, authorization, status, code, challenge) => {
    const answer = await api.get("/closed", authorization);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("www-authenticate")).toMatch(new RegExp(`^${challenge}`));
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual({ error: code, message: expect.any(String) });
  });

  test("two Authorization headers are refused, whichever is good", async () => {
    const lines = [`Authorization: ${good}`, "authorization: Bearer x"];
    for (const both of [lines, lines.toReversed(), [lines[0] as string, lines[0] as string]]) {
      const answer = await api.raw("/closed", both);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain("authorization_malformed");
    }
  });

  test("an open route knows nobody without a token, and refuses a bad one", async () => {
    expect(await api.json("/open")).toEqual([200, { who: null }]);
    expect(await api.json("/open", "Basic YTpi")).toEqual([200, { who: null }]);
    expect(await api.json("/open", "Bearer x")).toEqual([401, { error: "token_invalid", message: expect.any(String) }]);
  });

  test.each([
    ["/role", { role: "admin" }, 200],
    ["/role", { role: ["customer", "editor"] }, 200],
    ["/role", { role: "customer" }, 403],
    ["/role", {}, 403],
    ["/plan", { user: { plan: "pro" } }, 200],
    ["/plan", { user: { plan: "free" } }, 403],
    ["/both", { email: "ada@shop.example", role: "admin" }, 200],
    ["/both", { email: "ada@shop.example" }, 403],
    ["/both", { role: "admin" }, 403],
  ])("%s with %j: %i", async (path, claims, status) => {
    const authorization = `Bearer ${await issuer.token(claims)}`;
    expect((await api.get(path, authorization)).status).toBe(status);
    const again = await api.get(path, authorization);
    expect(again.status).toBe(status);
    if (status !== 403) return;
    expect(again.headers.get("www-authenticate")).toMatch(/^Bearer error="insufficient_scope"/);
    expect(await again.json()).toEqual({ error: "forbidden", message: "You may not do this." });
  });

  test("a role asked of nobody is 401, not 403", async () => {
    expect((await api.get("/role")).status).toBe(401);
  });

  test("a token that cannot be judged is not called bad", async () => {
    for (const path of ["/away", "/away-open"]) {
      const answer = await api.get(path, good);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(answer.headers.get("www-authenticate")).toBeNull();
      expect(await answer.json()).toEqual({ error: "key_set_unavailable", message: expect.any(String) });
    }
    expect((await api.get("/away")).status).toBe(401);
  });

  test("a route without requireSession() has no identity, and fails rather than go on", async () => {
    expect(await api.json("/forgotten", good)).toEqual([500, { handled: "identity_missing" }]);
    expect(await api.json("/not/forgotten", good)).toEqual([200, "17"]);
  });

  test("what goes wrong in the handler is the app's, and the request is answered once", async () => {
    const fresh = `Bearer ${await issuer.token({ jti: "throws" })}`;
    for (let times = 0; times < 2; times += 1) {
      expect(await api.json("/throws", fresh)).toEqual([500, { handled: "a fault of the handler" }]);
    }
  });

  test("errors can be handed to the app's own handler", async () => {
    expect(await api.json("/handed")).toEqual([401, { mine: "not_signed_in" }]);
    expect(await api.json("/handed", "Bearer x")).toEqual([401, { mine: "token_invalid" }]);
  });

  test("Express's own handler answers a handed error with its status and headers", async () => {
    const answer = await api.get("/default", "Bearer x");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([401, "no-store"]);
    expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });

  test("no answer and no challenge shows a token", async () => {
    const secret = "c2VjcmV0LXRva2Vu";
    for (const authorization of [`Bearer ${secret}.${secret}.${secret}`, `Bearer ${secret}`, `Bearer ${secret} x`]) {
      const answer = await api.get("/closed", authorization);
      expect(`${JSON.stringify([...answer.headers])}${await answer.text()}`).not.toContain(secret);
    }
  });

  test("a new instance begins with nothing: an outage is one for it", async () => {
    issuer.answer = outOfOrder;
    const fresh = crossgate({ issuer: issuer.url, audience: AUDIENCE, now: () => START });
    const other = await Api.start(express, (app) => app.get("/", fresh.requireSession(), whoAmI));
    expect((await other.get("/", good)).status).toBe(503);
    expect(await api.json("/closed", good)).toEqual([200, { who: "17" }]);
    issuer.answer = undefined;
    await other.stop();
  });
});
