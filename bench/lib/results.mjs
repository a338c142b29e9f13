// Where figures are written down: a table for people, and everything in JSON.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = new URL("../results/", import.meta.url).pathname;

/** Writes `<date>-<name>.md` and `.json` into bench/results; gives the path of the table. */
export function record(name, markdown, figures) {
  mkdirSync(FOLDER, { recursive: true });
  const stem = join(FOLDER, `${new Date().toISOString().slice(0, 10)}-${name}`);
  writeFileSync(`${stem}.md`, `${markdown}\n`);
  writeFileSync(`${stem}.json`, `${JSON.stringify(figures, null, 1)}\n`);
  return `${stem}.md`;
}
