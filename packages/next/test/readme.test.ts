// What the README says is all there is.
import fs from "node:fs";
import { expect, test } from "vitest";
import * as client from "../src/client/index.js";
import { ServerError, type ServerErrorCode } from "../src/server/index.js";
import * as server from "../src/server/index.js";
import * as middleware from "../src/middleware/index.js";
import * as testing from "../src/testing/index.js";
import * as testingServer from "../src/testing/server.js";

const read = (path: string) => fs.readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name as string);
const readme = read("README.md");

test("every value that is exported is in the README", () => {
  const names = [client, server, middleware, testing, testingServer].flatMap((module) => Object.keys(module));
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});

test("every type of the browser half is in the README", () => {
  const listed = namesIn(read("src/client/index.ts"), /export (?:type )?\{([^}]*)\}/g).flatMap((list) => list.split(","));
  const names = listed.map((name) => name.replace("type ", "").trim()).filter(Boolean);
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});

test("every code of the server is in the README, with its status", () => {
  const union = read("src/gateway/server-error.ts").split("export type ServerErrorCode =")[1]?.split(";")[0] ?? "";
  const codes = namesIn(union, /"(\w+)"/g) as ServerErrorCode[];
  const rows = namesIn(readme, /^\| (`\w+` \| \d{3}) \|/gm);
  expect(rows.toSorted()).toEqual(codes.map((code) => `\`${code}\` | ${new ServerError(code, "").status}`).toSorted());
});
