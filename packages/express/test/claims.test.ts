import { describe, expect, test } from "vitest";
import { type ClaimValue, claimValue, isAccepted } from "../src/claims.js";

const claims = JSON.parse(`{
  "role": "admin", "https://shop.example.com/plan": "pro", "user": { "plan": "team", "a/b": 1, "m~n": 2, "roles": ["x", "y"] },
  "__proto__": { "own": true }, "none": null
}`) as Record<string, unknown>;

describe("a claim is found by", () => {
  test.each<[string, unknown]>([
    ["role", "admin"],
    ["https://shop.example.com/plan", "pro"],
    ["/role", "admin"],
    ["/user/plan", "team"],
    ["/user/a~1b", 1],
    ["/user/m~0n", 2],
    ["/user/roles/1", "y"],
    ["/__proto__/own", true],
    ["user.plan", undefined],
    ["/user/none", undefined],
    ["/role/length", undefined],
    ["/none/x", undefined],
    ["constructor", undefined],
    ["/user/constructor/name", undefined],
    ["/user/toString", undefined],
  ])("%s", (name, value) => {
    expect(claimValue(claims, name)).toEqual(value);
  });
});

describe("accepted", () => {
  test.each<[unknown, ClaimValue[], boolean]>([
    ["admin", ["admin"], true],
    ["admin", ["editor", "admin"], true],
    ["admin", ["Admin"], false],
    ["administrator", ["admin"], false],
    ["admin editor", ["admin"], false],
    [["editor", "admin"], ["admin"], true],
    [[["admin"]], ["admin"], false],
    [{ admin: true }, ["admin"], false],
    [1, ["1"], false],
    ["true", [true], false],
    [true, [true], true],
    [undefined, ["admin"], false],
    ["anything", [], true],
    [0, [], true],
    [false, [], false],
    [null, [], false],
    [undefined, [], false],
  ])("%j among %j: %s", (value, accepted, is) => {
    expect(isAccepted(value, accepted)).toBe(is);
  });
});
