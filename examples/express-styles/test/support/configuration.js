// What has to be written for a style.
import fs from "node:fs";
import { configOf } from "./folders.js";

const COMMON = ["public_url", "secret", "listen", "app", "store"];
const isCommon = (line) => COMMON.includes(line.split("=")[0].trim());

/** A configuration without comments: the five lines that every site has, whatever its API does, and its own. */
export function siteLines(style) {
  const lines = fs.readFileSync(configOf(style), "utf8").split("\n").filter((line) => !line.startsWith("#"));
  return { common: lines.filter(isCommon), own: lines.filter((line) => !isCommon(line)) };
}

/** How many lines of its own a style needs. */
export function countLines(style) {
  return siteLines(style).own.filter((line) => line.trim() !== "").length;
}
