// What the README says is all there is, and what errors look like.
import fs from "node:fs";
import { expect, test } from "vitest";
import * as everything from "../src/index.js";
import { CrossgateError, type CrossgateErrorCode } from "../src/index.js";

const readme = fs.readFileSync(new URL("../README.md", import.meta.url), "utf8");
const source = (name: string) => fs.readFileSync(new URL(`../src/${name}.ts`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name as string);

test("every code is in the README, with its status", () => {
  const union = source("errors").split("export type CrossgateErrorCode =")[1]?.split(";")[0] ?? "";
  const codes = namesIn(union, /"(\w+)"/g) as CrossgateErrorCode[];
  expect(codes.length).toBe(11);
  const inReadme = namesIn(readme, /^\| `(\w+)` \| \d{3} \|/gm);
  expect(inReadme.toSorted()).toEqual(codes.toSorted());
  for (const code of codes) expect(readme).toContain(`| \`${code}\` | ${new CrossgateError(code, "").status} |`);
});

test("a reason cannot break out of the challenge", () => {
  const { headers } = new CrossgateError("token_invalid", 'a "b" \\ c\r\nd: é');
  expect(headers["WWW-Authenticate"]).toBe(`Bearer error="invalid_token", error_description="a 'b' ' c''d: '"`);
});

test("every option is in the README", () => {
  const options = source("options").split("export interface CrossgateOptions {")[1]?.split("\n}")[0] ?? "";
  for (const name of namesIn(options, /readonly (\w+)\??:/g)) expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
});

test("every export is in the README", () => {
  const listed = namesIn(source("index"), /export (?:type )?\{([^}]*)\}/g).flatMap((list) => list.replaceAll("type ", "").split(","));
  const types = [...listed.map((name) => name.trim()), ...namesIn(source("identity"), /^export interface (\w+)/gm)];
  expect(types).toEqual(expect.arrayContaining(["SessionOptions", "ApiClient", "Identity"]));
  for (const name of [...types, ...Object.keys(everything)]) expect(readme).toContain(name);
});
