// Commands that run to their end.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const MANY_LINES = 64 << 20;
const LAST_LINES = 40;

/** For all of them. A shell that is set to production would leave out what building needs. */
export function environment(more = {}) {
  const { NODE_ENV: _, ...rest } = process.env;
  return { ...rest, NEXT_TELEMETRY_DISABLED: "1", ...more };
}

/** Runs one; what it said is only of interest where it fails. */
export async function run(command, words, { cwd, env }) {
  try {
    await execute(command, words, { cwd, env: environment(env), maxBuffer: MANY_LINES });
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.split("\n").slice(-LAST_LINES).join("\n");
    throw new Error(`${command} ${words.join(" ")}: ${error.message.split("\n")[0]}\n${said}`, { cause: error });
  }
}

/** Says how far it is, and afterwards how long it took. */
export async function step(what, work) {
  const start = Date.now();
  const done = await work();
  console.log(`${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return done;
}
