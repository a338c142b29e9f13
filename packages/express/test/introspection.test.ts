import type { RequestHandler } from "express5";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { crossgate } from "../src/index.js";
import { Api, frameworks } from "./support/api.js";
import { AUDIENCE, Issuer, outOfOrder, START } from "./support/issuer.js";

const CLIENT = { id: "shop-api", secret: "s3cret/with+signs and a space: 0123456789" };
const whoAmI: RequestHandler = (request, response) => void response.json({ who: request.identity?.subject ?? null });

describe.each(frameworks)("introspection with %s", (_name, express) => {
  let issuer: Issuer;
  let api: Api;
  let good: string;
  let time: number;

  beforeEach(async () => {
    issuer = await Issuer.start();
    time = START;
    const gate = crossgate({ issuer: issuer.url, audience: AUDIENCE, client: CLIENT, now: () => time });
    good = `Bearer ${await issuer.token()}`;
    api = await Api.start(express, (app) => {
      app.get("/plain", gate.requireSession(), whoAmI);
      app.get("/live", gate.requireSession({ introspect: true }), gate.requireRole("admin"), whoAmI);
      app.get("/live-open", gate.optionalSession({ introspect: true }), whoAmI);
    });
    good = `Bearer ${await issuer.token({ role: "admin" })}`;
  });
  afterEach(async () => {
    await api.stop();
    await issuer.stop();
  });

  const asked = () => issuer.requests.filter(({ path }) => path === "/api/auth/introspect");

  test("Crossgate is asked every time, with the token and who asks", async () => {
    for (let times = 1; times <= 3; times += 1) {
      expect(await api.json("/live", good)).toEqual([200, { who: "17" }]);
      expect(asked().length).toBe(times);
    }
    const { authorization, body } = asked()[0] as { authorization: string; body: string };
    const credentials = Buffer.from(authorization.replace("Basic ", ""), "base64").toString();
    expect(credentials).toBe("shop-api:s3cret%2Fwith%2Bsigns+and+a+space%3A+0123456789");
    expect(`Bearer ${new URLSearchParams(body).get("token")}`).toBe(good);
  });

  test("a route that does not ask for it does not wait for it", async () => {
    expect((await api.get("/plain", good)).status).toBe(200);
    expect((await api.get("/live-open")).status).toBe(200);
    expect(asked().length).toBe(0);
  });

  test("a token that is bad by itself is not worth a question", async () => {
    expect((await api.get("/live", `${good}x`)).status).toBe(401);
    expect(asked().length).toBe(0);
  });

  test("an ended session is refused, from then on everywhere in this API", async () => {
    expect((await api.get("/plain", good)).status).toBe(200);
    issuer.active = false;
    expect((await api.get("/plain", good)).status).toBe(200);
    const answer = await api.get("/live", good);
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([401, "session_ended"]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
    expect(await api.json("/plain", good)).toEqual([401, { error: "session_ended", message: expect.any(String) }]);
    issuer.active = true;
    expect((await api.get("/live", good)).status).toBe(401);
    expect(asked().length).toBe(1);
  });

  const answers: [string, NonNullable<Issuer["answer"]>, number, string][] = [
    ["an outage", outOfOrder, 503, "introspection_unavailable"],
    ["a broken connection", (request) => request.socket.destroy(), 503, "introspection_unavailable"],
    ["too many attempts", (_, response) => response.writeHead(429).end(), 503, "introspection_unavailable"],
    ["no JSON", (_, response) => response.end("<!doctype html>"), 503, "introspection_unavailable"],
    ["null", (_, response) => response.end("null"), 503, "introspection_unavailable"],
    ["a list", (_, response) => response.end("[]"), 503, "introspection_unavailable"],
    ["active as text", (_, response) => response.end('{"active":"true"}'), 503, "introspection_unavailable"],
    ["a wrong secret", (_, response) => response.writeHead(401).end(), 500, "introspection_refused"],
    ["no such endpoint", (_, response) => response.writeHead(404).end(), 500, "introspection_refused"],
    ["a redirect", (_, response) => response.writeHead(302, { location: "/" }).end(), 500, "introspection_refused"],
  ];
  test.each(answers)("%s lets nobody in and calls no token bad", async (_what, answer, status, code) => {
    expect((await api.get("/live", good)).status).toBe(200);
    issuer.answer = answer;
    const refused = await api.get("/live", good);
    expect([refused.status, await refused.json()]).toEqual([status, { error: code, message: expect.any(String) }]);
    expect(refused.headers.get("retry-after")).toBe(status === 503 ? "5" : null);
    expect((await api.get("/plain", good)).status).toBe(200);
    issuer.answer = undefined;
    expect((await api.get("/live", good)).status).toBe(200);
  });
});
