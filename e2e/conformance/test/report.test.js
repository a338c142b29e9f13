// After all cases: what they saw is what is written down.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isWriting, keyOf, readDeclaredText, textOfDeclared, writeDeclared } from "../support/declared.js";
import { DEVIATIONS } from "../support/deviations.js";
import { GROUPS } from "../support/groups.js";
import { reportOf } from "../support/report.js";
import { readResults } from "../support/results.js";

const REPORT = fileURLToPath(new URL("../../../docs/reference/next-auth-conformance.md", import.meta.url));
const results = readResults();
const all = Object.values(results).flat();

test("every group of cases has run", () => {
  assert.deepEqual(Object.keys(results).sort(), GROUPS.map(({ file }) => file).sort());
});

test("every case has a name of its own", () => {
  const keys = all.map(keyOf);
  assert.deepEqual(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    [],
  );
});

test("every deviation is shown by a case", () => {
  const found = new Set(all.flatMap((result) => result.found ?? []));
  assert.deepEqual(
    Object.keys(DEVIATIONS).filter((name) => !found.has(name)),
    [],
  );
});

test("the deviations that are written down are those of the cases", () => {
  if (isWriting) writeDeclared(all);
  assert.equal(readDeclaredText(), textOfDeclared(all), "look at what changed, then `npm run report`");
});

test("the report is what the cases saw", () => {
  if (isWriting) fs.writeFileSync(REPORT, reportOf(results));
  assert.equal(fs.readFileSync(REPORT, "utf8"), reportOf(results), "look at what changed, then `npm run report`");
});
