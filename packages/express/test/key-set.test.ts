import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GatewayClient } from "../src/gateway-client.js";
import { KeySet, UnknownKeyError } from "../src/key-set.js";
import { Issuer, makeKey, outOfOrder, START } from "./support/issuer.js";

const MINUTE = 60_000;
let issuer: Issuer;
let time: number;
let gone: number;
let keys: KeySet;
beforeEach(async () => {
  issuer = await Issuer.start();
  time = START;
  gone = 0;
  keys = new KeySet({ client: new GatewayClient(issuer.url, undefined), now: () => time, onKeyGone: () => (gone += 1) });
});
afterEach(() => issuer.stop());

const find = (kid: string | undefined = issuer.key.id) => keys.find({ alg: "ES256", ...(kid !== undefined && { kid }) });
const unavailable = { code: "key_set_unavailable", status: 503, headers: { "Retry-After": "5" } };

describe("the key set", () => {
  test("is fetched once by all who need it", async () => {
    await Promise.all(Array.from({ length: 50 }, () => find()));
    expect(issuer.keySetRequests).toBe(1);
  });

  test("is not fetched a second time while an answer is on its way, however long that takes", async () => {
    let answer = () => {};
    issuer.answer = (_request, response) => {
      answer = () => void response.end(JSON.stringify({ keys: [issuer.key.jwk] }));
    };
    const first = find();
    await expect.poll(() => issuer.keySetRequests).toBe(1);
    time += 10_000;
    const second = find();
    answer();
    await Promise.all([first, second]);
    expect(issuer.keySetRequests).toBe(1);
  });

  test("is used for five minutes, then fetched again while nobody waits", async () => {
    await find();
    time += 5 * MINUTE - 1;
    await find();
    expect(issuer.keySetRequests).toBe(1);
    time += 1;
    await find();
    await expect.poll(() => issuer.keySetRequests).toBe(2);
  });

  test("is fetched at once for a key that is not in it", async () => {
    await find();
    const next = await makeKey();
    issuer.keys.push(next);
    time += 10_000;
    await find(next.id);
    expect(issuer.keySetRequests).toBe(2);
  });

  test("is fetched once in ten seconds, whatever ids strangers make up", async () => {
    await find();
    time += 10_000;
    for (let index = 0; index < 30; index += 1) await expect(find(`made-up-${index}`)).rejects.toThrow(UnknownKeyError);
    expect(issuer.keySetRequests).toBe(2);
    await Promise.all(Array.from({ length: 30 }, (_, index) => expect(find(`${index}`)).rejects.toThrow(UnknownKeyError)));
    expect(issuer.keySetRequests).toBe(2);
  });

  test("tells when a key is gone, or is another one under its id, and not when one is added", async () => {
    await find();
    const last = issuer.key;
    const next = await makeKey();
    for (const [set, times] of [[[last, next], 0], [[next], 1], [[{ ...next, jwk: { ...last.jwk, kid: next.id } }], 2]] as const) {
      issuer.keys = [...set];
      time += 5 * MINUTE;
      await expect(find("nobody's")).rejects.toThrow(UnknownKeyError);
      expect(gone).toBe(times);
    }
  });

  test("has no key for a header that names none", async () => {
    await expect(keys.find({ alg: "ES256" })).rejects.toThrow(UnknownKeyError);
    expect(issuer.keySetRequests).toBe(0);
  });
});

describe("while Crossgate is away", () => {
  test("a set that was fetched is used for an hour, and no longer", async () => {
    await find();
    issuer.answer = outOfOrder;
    for (time += 5 * MINUTE; time < START + 60 * MINUTE; time += 5 * MINUTE) await find();
    await expect(find()).rejects.toMatchObject(unavailable);
  });

  test("nobody knows whether an unknown key is a bad one", async () => {
    await find();
    issuer.answer = outOfOrder;
    time += 10_000;
    await expect(find("new")).rejects.toMatchObject(unavailable);
    await expect(find("new")).rejects.toMatchObject(unavailable);
    expect(issuer.keySetRequests).toBe(2);
  });

  test("it is asked once a second, and when it is back all is well", async () => {
    issuer.answer = outOfOrder;
    for (let index = 0; index < 10; index += 1) await expect(find()).rejects.toMatchObject(unavailable);
    expect(issuer.keySetRequests).toBe(1);
    issuer.answer = undefined;
    time += 999;
    await expect(find()).rejects.toMatchObject(unavailable);
    time += 1;
    await find();
    expect(issuer.keySetRequests).toBe(2);
  });

  test.each<[string, NonNullable<Issuer["answer"]>]>([
    ["an error", (_, response) => response.writeHead(500).end()],
    ["an error with a set", (_, response) => response.writeHead(500).end(JSON.stringify({ keys: [issuer.key.jwk] }))],
    ["a page", (_, response) => response.end("<!doctype html>")],
    ["something that is no key set", (_, response) => response.end('{"keys":{}}')],
    ["null", (_, response) => response.end("null")],
    ["a redirect, which is not followed", (_, response) => response.writeHead(302, { location: "/x" }).end()],
    ["half an answer", (_, response) => response.writeHead(200, { "content-length": 9 }).write("{", () => response.destroy())],
    ["no end of an answer", (_, response) => response.end(`{"keys":[]}${" ".repeat(1_100_000)}`)],
    ["nothing", (request) => request.socket.destroy()],
  ])("%s is no key set", async (_name, answer) => {
    issuer.answer = answer;
    await expect(find()).rejects.toMatchObject(unavailable);
  });

  test("a port where nobody listens is no key set", async () => {
    await issuer.stop();
    await expect(find()).rejects.toMatchObject(unavailable);
    issuer = await Issuer.start();
  });
});

describe("another address", () => {
  test("is asked under the public name, which Crossgate insists on", async () => {
    const client = new GatewayClient("https://shop.example.com", issuer.url);
    keys = new KeySet({ client, now: () => time, onKeyGone: () => {} });
    await find();
    expect(issuer.requests[0]).toMatchObject({ host: "shop.example.com", path: "/.well-known/jwks.json" });
  });

  test("a kept connection that was closed meanwhile is no outage", async () => {
    const client = new GatewayClient(issuer.url, undefined);
    await client.ask({ method: "GET", path: "/a" });
    issuer.answer = (request, response) => {
      issuer.answer = undefined;
      response.destroy();
      request.socket.destroy();
    };
    expect(await client.ask({ method: "GET", path: "/.well-known/jwks.json" })).toMatchObject({ status: 200 });
  });
});
