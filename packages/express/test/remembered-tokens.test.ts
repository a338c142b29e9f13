import { describe, expect, test } from "vitest";
import { RememberedTokens } from "../src/remembered-tokens.js";

const token = (subject: string, goodUntil = 1000) => ({
  identity: { subject, sessionHandle: "s", expiresAt: goodUntil, claims: {} },
  goodUntil,
  hasEnded: false,
});

function remember(tokens: RememberedTokens, ...names: string[]): void {
  for (const name of names) tokens.remember(name, token(name), tokens.forgotten);
}

describe("what is remembered", () => {
  test("what was remembered is found, and nothing else", () => {
    const tokens = new RememberedTokens(10);
    remember(tokens, "a");
    expect(tokens.find("a", 0)?.identity.subject).toBe("a");
    expect(tokens.find("b", 0)).toBeUndefined();
  });

  test("there are never more than the limit says", () => {
    const tokens = new RememberedTokens(10);
    for (let index = 0; index < 1000; index += 1) {
      remember(tokens, `t${index}`);
      expect(tokens.size).toBeLessThanOrEqual(10);
    }
  });

  test.each([0, 1])("with a limit of %i nothing is remembered", (limit) => {
    const tokens = new RememberedTokens(limit);
    remember(tokens, "a");
    expect([tokens.find("a", 0), tokens.size]).toEqual([undefined, 0]);
  });

  test("what is used stays, however many come and go, and what is not used goes", () => {
    const tokens = new RememberedTokens(10);
    remember(tokens, "used", "idle");
    for (let index = 0; index < 100; index += 1) {
      remember(tokens, `t${index}`);
      expect(tokens.find("used", 0)).toBeDefined();
    }
    expect(tokens.find("idle", 0)).toBeUndefined();
  });

  test("the end is looked at on every find, to the millisecond, and then it is gone", () => {
    const tokens = new RememberedTokens(10);
    remember(tokens, "a");
    expect(tokens.find("a", 999)).toBeDefined();
    expect(tokens.find("a", 1000)).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test("a token that is longer than 4096 characters is not kept", () => {
    const tokens = new RememberedTokens(10);
    const [long, short] = ["x".repeat(4097), "x".repeat(4096)];
    remember(tokens, long, short);
    expect([tokens.find(long, 0), tokens.find(short, 0)?.identity.subject]).toEqual([undefined, short]);
  });

  test("a token whose verification began before everything was forgotten is not kept", () => {
    const tokens = new RememberedTokens(10);
    remember(tokens, "a");
    const { forgotten } = tokens;
    tokens.forgetAll();
    tokens.remember("b", token("b"), forgotten);
    expect([tokens.find("a", 0), tokens.find("b", 0)]).toEqual([undefined, undefined]);
  });
});

test("a token that differs in one character is another one", () => {
  const whole = `${"h".repeat(40)}.${"p".repeat(400)}.${"s".repeat(86)}`;
  const tokens = new RememberedTokens(10);
  remember(tokens, whole);
  for (const index of [0, 40, 41, 300, whole.length - 1]) {
    expect(tokens.find(`${whole.slice(0, index)}!${whole.slice(index + 1)}`, 0)).toBeUndefined();
  }
  expect(tokens.find(`${whole.slice(0, 100)}${whole.slice(100)}`, 0)).toBeDefined();
});
