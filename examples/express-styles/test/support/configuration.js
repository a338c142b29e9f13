// How much has to be written for a style.
import fs from "node:fs";
import { configOf } from "./stack.js";

// Every site has these, whatever its API does.
const COMMON = ["public_url", "secret", "listen", "app", "store"];

/** The lines of a configuration beside the five common ones, without comments and empty lines. */
export function countLines(style) {
  const lines = fs.readFileSync(configOf(style), "utf8").split("\n").map((line) => line.trim());
  const written = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return written.filter((line) => !COMMON.includes(line.split("=")[0].trim())).length;
}
