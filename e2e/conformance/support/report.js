// docs/reference/next-auth-conformance.md, from the results of all cases.
import { differencesIn, flat } from "./compare.js";
import { DEVIATIONS } from "./deviations.js";
import { GROUPS } from "./groups.js";

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

function verdictOf({ bug, found }) {
  if (bug) return `**bug: ${bug}**`;
  return found.length > 0 ? `deviates: ${found.join("; ")}` : "same";
}

function columnsOf(result) {
  if (result.skipped) return ["–", "–", "not tried: the program does not know the configuration yet"];
  if (result.reference === undefined)
    return ["–", cell(flat(result.gateway)), result.bug ? verdictOf(result) : "Crossgate only"];
  return [cell(flat(result.reference)), crossgateCell(result), verdictOf(result)];
}

const rowOf = (result) => `| ${[result.id, result.major, escaped(result.what), ...columnsOf(result)].join(" | ")} |`;

function sectionOf({ file, title, about }, results) {
  const rows = results.map(rowOf).join("\n");
  return `## ${title}\n\n${about}\n\n| case | version | what is asserted | reference | Crossgate | |\n| --- | --- | --- | --- | --- | --- |\n${rows}\n`;
}

function countsOf(all) {
  const rows = GROUPS.map(({ file, title }) => {
    const count = (holds) => all[file].filter(holds).length;
    const same = count(
      ({ skipped, bug, reference, found }) => !skipped && !bug && reference !== undefined && found.length === 0,
    );
    const deviates = count(({ bug, found }) => !bug && found?.length > 0);
    const only = count(({ skipped, bug, reference }) => !skipped && !bug && reference === undefined);
    return `| ${[title, same, deviates, only, count(({ bug }) => bug), count(({ skipped }) => skipped)].join(" | ")} |`;
  });
  return `| | same | deviates | Crossgate only | bugs | not tried |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function deviationsOf(all) {
  const uses = Object.values(all)
    .flat()
    .flatMap(({ found = [] }) => found);
  const rows = Object.entries(DEVIATIONS).map(
    ([name, { reason }]) => `| ${escaped(name)} | ${escaped(reason)} | ${uses.filter((use) => use === name).length} |`,
  );
  return `## Deviations\n\nAll are stricter than next-auth, or the same for every client. A case fails when one is gone or one more turns up.\n\n| deviation | reason | cases |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** The text of the file. */
export function reportOf(all) {
  return [HEAD, countsOf(all), deviationsOf(all), ...GROUPS.map((group) => sectionOf(group, all[group.file]))].join(
    "\n",
  );
}
