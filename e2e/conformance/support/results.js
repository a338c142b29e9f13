// Results of one file of cases, for the report that is written after all of them.
import fs from "node:fs";
import path from "node:path";

const folder = process.env.CONFORMANCE_RESULTS;

export function keepResults(group, results) {
  fs.writeFileSync(path.join(folder, `${group}.json`), JSON.stringify(results));
}

/** All results, by group. */
export function readResults() {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(
    files.map((name) => [name.replace(/\.json$/, ""), JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"))]),
  );
}
