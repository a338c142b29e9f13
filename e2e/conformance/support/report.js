// docs/reference/next-auth-conformance.md, from the results of all cases.
import { differencesIn, flat } from "./compare.js";
import { DEVIATIONS } from "./deviations.js";
import { GROUPS } from "./groups.js";
import { KINDER } from "./kinder.js";

const HEAD = `<!-- Written by \`npm run report\` in e2e/conformance from what the cases saw; do not edit. -->

# Conformance with next-auth

What the real next-auth and Crossgate answer to the same requests and the same clients: next-auth 4.24.15 and 5.0.0-beta.32, a
smaller set with 4.24.11 and 5.0.0-beta.29, -beta.30 and -beta.31. How it is done is in
[e2e/conformance](../../e2e/conformance/README.md).

\`ORIGIN\` stands for the address of the site, \`IDP\` for that of the provider, \`<…>\` for what is another one every time. Names of
cookies are replaced by what they are for. Where Crossgate answers as the reference does, its column says "same".
`;

const escaped = (text) =>
  text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
const table = (head, rows) =>
  `| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}\n${rows.map((row) => `| ${row} |\n`).join("")}`;
const cell = (lines) => lines.map((line) => escaped(line)).join("<br>");

/** What Crossgate did where it did something else. */
function crossgateCell({ reference, gateway }) {
  const differences = differencesIn(reference, gateway, "");
  if (differences.length === 0) return "same";
  return cell(
    differences.map(
      ({ path, gateway: value }) => `${path && `${path}: `}${value === undefined ? "nothing" : JSON.stringify(value)}`,
    ),
  );
}

function verdictOf({ bug, broken = [], found = [], reference }) {
  if (bug) return `**bug: ${bug}**`;
  if (broken.length > 0) return "**differs**";
  if (reference === undefined) return "Crossgate only";
  return found.length > 0 ? `deviates: ${found.join("; ")}` : "same";
}

function columnsOf(result) {
  const { reference, gateway } = result;
  const both = reference === undefined ? ["–", cell(flat(gateway))] : [cell(flat(reference)), crossgateCell(result)];
  return [...both, verdictOf(result)];
}

const rowOf = (result) => [result.id, result.major, escaped(result.what), ...columnsOf(result)].join(" | ");

function sectionOf({ file, title, about }, results) {
  const rows = results.map(rowOf);
  return `## ${title}\n\n${about}\n\n${table(["case", "version", "what is asserted", "reference", "Crossgate", ""], rows)}`;
}

/** How many cases of a group have a verdict that begins like this. */
const countOf = (results, word) => results.filter((result) => verdictOf(result).startsWith(word)).length;

function countsOf(all) {
  const words = ["same", "deviates", "Crossgate only", "**bug"];
  const rows = GROUPS.map(({ file, title }) => [title, ...words.map((word) => countOf(all[file], word))].join(" | "));
  return table(["", "same", "deviates", "Crossgate only", "bugs"], rows);
}

const ABOUT_DEVIATIONS = `A case fails when one of its deviations is gone or one more turns up.`;
const ABOUT_STRICTER = `Crossgate refuses, hides or checks what next-auth lets pass.`;
const ABOUT_KINDER = `Crossgate spares people or developers a failure. Nothing is open through these that is closed at next-auth.`;

function deviationsOf(all) {
  const uses = Object.values(all).flatMap((results) => results.flatMap(({ found = [] }) => found));
  const countUses = (name) => uses.filter((use) => use === name).length;
  const names = Object.keys(DEVIATIONS);
  const rowsOf = (some, more) => some.map((name) => [name, escaped(DEVIATIONS[name].reason), ...more(name), countUses(name)].join(" | "));
  const stricter = rowsOf(names.filter((name) => !Object.hasOwn(KINDER, name)), () => []);
  const kinder = rowsOf(names.filter((name) => Object.hasOwn(KINDER, name)), (name) => [KINDER[name]]);
  return [
    `## Deviations\n\n${ABOUT_DEVIATIONS}`,
    `### Stricter\n\n${ABOUT_STRICTER}\n\n${table(["deviation", "reason", "cases"], stricter)}`,
    `### Kinder\n\n${ABOUT_KINDER}\n\n${table(["deviation", "reason", "why nothing is open", "cases"], kinder)}`,
  ].join("\n\n");
}

/** The text of the file. */
export function reportOf(all) {
  return [HEAD, countsOf(all), deviationsOf(all), ...GROUPS.map((group) => sectionOf(group, all[group.file]))].join(
    "\n",
  );
}
