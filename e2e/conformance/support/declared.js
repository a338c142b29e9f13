// Which deviations each case shows: written down in a file that is reviewed like code, and asserted by the case.
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("../test/deviations.json", import.meta.url));

/** Whether this run writes the report and the file instead of comparing with them. */
export const isWriting = process.env.CONFORMANCE_WRITES === "1";

/** What a case is called in the file. */
export const keyOf = ({ id, major, what }) => `${id} ${major}: ${what}`;

/** By case. */
export function readDeclared() {
  return fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, "utf8")) : {};
}

/** One line per case, in a fixed order. */
export function textOfDeclared(results) {
  const lines = results
    .filter(({ found }) => found?.length > 0)
    .map((result) => `  ${JSON.stringify(keyOf(result))}: ${JSON.stringify(result.found)}`);
  return `{\n${lines.sort().join(",\n")}\n}\n`;
}

export const readDeclaredText = () => fs.readFileSync(FILE, "utf8");
export const writeDeclared = (results) => fs.writeFileSync(FILE, textOfDeclared(results));
