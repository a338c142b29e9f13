// The count of instructions that was recorded, and how far a new one may be from it.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const FILE = new URL("../instructions.json", import.meta.url);
const TOLERANCE = 0.05;
/** What test runners take for "could not be run here". */
const NOT_COMPARABLE = 77;
/** What memchr and the cryptography choose their code by, of what callgrind shows to programs. */
const FEATURES = ["ssse3", "sse4_2", "avx", "avx2", "bmi2"];
const AGAIN = "node bench/instructions.mjs --record";

function features() {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1].split(" "));
  return [process.arch, ...FEATURES.filter((feature) => flags.has(feature))].join(" ");
}

export function recordFigure(instructions) {
  const figure = { instructions, features: features(), machine: cpus()[0].model };
  writeFileSync(FILE, `${JSON.stringify(figure, null, 2)}\n`);
  console.log(`recorded ${instructions} in bench/instructions.json`);
}

/** Says how a count stands to the recorded one; gives the exit status. */
export function compare(instructions) {
  const recorded = JSON.parse(readFileSync(FILE, "utf8"));
  if (recorded.features !== features()) {
    console.log(`not compared: recorded with "${recorded.features}", and this processor has "${features()}"`);
    return NOT_COMPARABLE;
  }
  const change = instructions / recorded.instructions - 1;
  const percent = `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(1)} %`;
  console.log(`${percent} against the recorded ${recorded.instructions} (${recorded.machine}; here ${cpus()[0].model})`);
  if (change > TOLERANCE) console.error(`more than 5 % over it. Where that has a good reason: ${AGAIN}`);
  if (change < -TOLERANCE) console.log(`more than 5 % below it, so that a loss of what was won would not be seen: ${AGAIN}`);
  return change > TOLERANCE ? 1 : 0;
}
