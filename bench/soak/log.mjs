// What the gateway itself said: JSON lines, and whatever else came out.
import { readFileSync } from "node:fs";

/** A line that is not JSON is not one of ours: a panic, or what a library printed. */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { level: "NOT A LOG LINE", message: line };
  }
}

/** The same events under one name: what follows a colon differs from one to the next. */
const nameOf = ({ level, code, message = "" }) => `${level} ${code ?? message.split(":")[0]}`;

function counted(lines) {
  const counts = new Map();
  lines.map(nameOf).forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return [...counts].sort(([one], [other]) => one.localeCompare(other));
}

/** What an upstream that is away makes the gateway say. */
const isExplained = ({ level, code, timestamp }, isAway) =>
  level === "ERROR" && /^(upstream|sign_in)_/.test(code ?? "") && isAway(Date.parse(timestamp));
const isGrave = ({ level, message = "" }) => level === "ERROR" || level === "NOT A LOG LINE" || /panick/.test(message);

/** Counts by level and code, and the lines that fail a run. `isAway`: whether an upstream was away at a time. */
export function readLog(file, isAway) {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean).map(parse);
  const grave = lines.filter((line) => isGrave(line) && !isExplained(line, isAway));
  return { counts: counted(lines), grave: grave.slice(0, 100).map((line) => JSON.stringify(line)) };
}
