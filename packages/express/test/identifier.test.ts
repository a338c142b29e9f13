import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Identifier } from "../src/identifier.js";
import { checkOptions, type CrossgateOptions } from "../src/options.js";
import { AUDIENCE, Issuer, makeKey, outOfOrder, SECONDS, START } from "./support/issuer.js";

let issuer: Issuer;
let time: number;
beforeEach(async () => {
  issuer = await Issuer.start();
  time = START;
});
afterEach(() => issuer.stop());

const identifier = (options: Partial<CrossgateOptions> = {}) =>
  new Identifier(checkOptions({ issuer: issuer.url, audience: AUDIENCE, now: () => time, ...options }));

describe("a token that was verified", () => {
  test("is not verified again: the answer is there at once, and the same one", async () => {
    const tokens = identifier();
    const token = await issuer.token();
    const first = await tokens.identify(token);
    expect(tokens.identify(token)).toBe(first);
  });

  test("is verified once by all who bring it at the same time", async () => {
    const tokens = identifier();
    const token = await issuer.token();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.identify(token)));
    expect(new Set(all).size).toBe(1);
    expect(issuer.keySetRequests).toBe(1);
  });

  test("ends when it ends, tolerance included, also where it is remembered", async () => {
    const tokens = identifier();
    const token = await issuer.token({ exp: SECONDS + 60 });
    await tokens.identify(token);
    time = START + 64_999;
    expect(tokens.identify(token)).toMatchObject({ subject: "17" });
    time = START + 65_000;
    await expect(async () => tokens.identify(token)).rejects.toMatchObject({ code: "token_expired" });
  });

  test("is not a licence for one that only looks like it", async () => {
    const tokens = identifier();
    const token = await issuer.token();
    await tokens.identify(token);
    const [header, , signature] = token.split(".");
    const other = Buffer.from(JSON.stringify(issuer.claims({ sub: "1" }))).toString("base64url");
    for (const forged of [`${header}.${other}.${signature}`, `${token}A`, token.slice(0, -1), token.toUpperCase()]) {
      await expect(async () => tokens.identify(forged)).rejects.toMatchObject({ code: "token_invalid" });
    }
    expect(tokens.identify(token)).toMatchObject({ subject: "17" });
  });

  test("goes with its key, when that is not published any more", async () => {
    const tokens = identifier();
    const token = await issuer.token({ exp: SECONDS + 3600 });
    await tokens.identify(token);
    issuer.keys = [await makeKey()];
    time += 5 * 60_000;
    // It is time to look, and the answer does not wait for that.
    expect(tokens.identify(token)).toMatchObject({ subject: "17" });
    await expect.poll(() => issuer.keySetRequests).toBe(2);
    await expect
      .poll(() => Promise.resolve().then(() => tokens.identify(token)).then(() => "passes", ({ code }) => code as string))
      .toBe("token_invalid");
  });

  test("stays when a key is added", async () => {
    const tokens = identifier();
    const token = await issuer.token({ exp: SECONDS + 3600 });
    const first = await tokens.identify(token);
    const next = await makeKey();
    issuer.keys.push(next);
    time += 5 * 60_000;
    await tokens.identify(await issuer.token({ exp: SECONDS + 3600 }, {}, next));
    expect(tokens.identify(token)).toBe(first);
  });

  test("is none of another instance's", async () => {
    const token = await issuer.token();
    await identifier().identify(token);
    await expect(async () => identifier({ audience: "http://other" }).identify(token)).rejects.toMatchObject({ code: "token_invalid" });
  });

  test("counts while Crossgate is away", async () => {
    const tokens = identifier();
    const token = await issuer.token({ exp: SECONDS + 3600 });
    const first = await tokens.identify(token);
    issuer.answer = outOfOrder;
    time += 59 * 60_000;
    expect(tokens.identify(token)).toBe(first);
  });
});

test("a token that was refused is judged anew, so that a new key helps", async () => {
  const tokens = identifier();
  const next = await makeKey();
  const token = await issuer.token({}, {}, next);
  await expect(async () => tokens.identify(token)).rejects.toMatchObject({ code: "token_invalid" });
  issuer.keys.push(next);
  time += 10_000;
  expect(await tokens.identify(token)).toMatchObject({ subject: "17" });
});

test("with nothing to be remembered each request is verified", async () => {
  const tokens = identifier({ rememberedTokens: 0 });
  const token = await issuer.token();
  const first = await tokens.identify(token);
  expect(await tokens.identify(token)).not.toBe(first);
});
