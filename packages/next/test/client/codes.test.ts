// The closed lists are those of the reference.
import fs from "node:fs";
import { expect, test } from "vitest";

const reference = fs.readFileSync(new URL("../../../../docs/reference/error-codes.md", import.meta.url), "utf8");
const [codes = "", reasons = ""] = reference.split("## Why a session ended");
const firstColumn = (text: string) =>
  [...text.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "));

function union(file: string, name: string): string[] {
  const source = fs.readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
  const text = source.split(`export type ${name} =`)[1]?.split(";")[0] ?? "";
  return [...text.matchAll(/"(\w+)"/g)].map(([, member = ""]) => member);
}

test("every reason for which a session ends has its type, and no other has", () => {
  const listed = firstColumn(reasons);
  expect(listed).toContain("signed_out_by_app");
  expect(union("client/session-answer.ts", "SessionEndReason").toSorted()).toEqual(listed.toSorted());
});

test("every code of Crossgate has its type, and no other has", () => {
  const listed = firstColumn(codes);
  expect(listed).toContain("claims_unavailable");
  const ours = ["GatewayCode", "CrossgateErrorCode"].flatMap((name) => union("shared/api-error.ts", name));
  expect(ours.toSorted()).toEqual(listed.toSorted());
});
