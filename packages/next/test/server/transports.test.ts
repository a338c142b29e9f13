import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask as askFromNode } from "../../src/gateway/transport.js";
import { ask as askFromEdge } from "../../src/gateway/transport-edge.js";

let server: http.Server;
let address: URL;
let asked: http.IncomingMessage[];
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => unknown;
beforeEach(async () => {
  asked = [];
  answer = (_request, response) => response.end("{}");
  server = http.createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth/session`);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ways = [["Node", askFromNode], ["the Edge runtime", askFromEdge]] as const;

describe.each(ways)("a question from %s", (_runtime, ask) => {
  const question = (signal = AbortSignal.timeout(5_000)) =>
    ask({ address, publicUrl: "https://shop.example.com", headers: { cookie: "a=1" }, signal });

  test("says which address the browser asked for", async () => {
    await question();
    expect(asked[0]?.headers).toMatchObject({
      "x-forwarded-host": "shop.example.com",
      "x-forwarded-proto": "https",
      cookie: "a=1",
    });
  });

  test("has each cookie of the answer as a line of its own, and its redirect as it is", async () => {
    const headers = { location: "/elsewhere", "set-cookie": ["a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT", "b=2"] };
    answer = (_request, response) => response.writeHead(303, headers).end();
    const { status, headers: got } = await question();
    expect([status, got.get("location"), got.getSetCookie()]).toEqual([303, "/elsewhere", headers["set-cookie"]]);
    expect(asked).toHaveLength(1);
  });

  test("ends when its time is over", async () => {
    answer = () => {};
    const waiting = new AbortController();
    const unanswered = question(waiting.signal);
    await expect.poll(() => asked.length).toBe(1);
    waiting.abort();
    await expect(unanswered).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("Node says the public name in Host as well, so that Crossgate need not trust it", async () => {
  await askFromNode({ address, publicUrl: "https://shop.example.com", signal: AbortSignal.timeout(5_000) });
  expect(asked[0]?.headers.host).toBe("shop.example.com");
});

test("a question over a kept connection that turns out to be closed is asked once more", async () => {
  const question = () => askFromNode({ address, publicUrl: "https://shop.example.com", signal: AbortSignal.timeout(5_000) });
  await (await question()).text();
  // Node puts a connection aside in the turn after its answer.
  await new Promise((resolve) => setImmediate(resolve));
  const kept = asked[0]?.socket;
  answer = (request, response) => {
    if (request.socket === kept) request.socket.resetAndDestroy();
    else response.end('{"second":true}');
  };
  expect(await (await question()).json()).toEqual({ second: true });
  expect(asked).toHaveLength(3);
});

test("an answer that is too long is none", async () => {
  answer = (_request, response) => response.end("x".repeat(1_048_577));
  const question = askFromNode({ address, publicUrl: "https://shop.example.com", signal: AbortSignal.timeout(5_000) });
  await expect(question).rejects.toThrow("longer than a mebibyte");
});
