// The real gateway as a program.
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { configurationText } from "./configuration.js";
import { takePort } from "./ports.js";
import { Program } from "./program.js";

const BINARY =
  process.env.CROSSGATE_BINARY ?? fileURLToPath(new URL("../../../target/debug/crossgate", import.meta.url));
if (!fs.existsSync(BINARY))
  throw new Error(`there is no ${BINARY}: set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);

function write(text) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "crossgate-conformance-"));
  const file = path.join(folder, "crossgate.toml");
  fs.writeFileSync(file, text);
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

async function whyRefused(file) {
  try {
    await promisify(execFile)(BINARY, ["check", "--config", file]);
    return undefined;
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

/** Starts one; where the program does not know the configuration yet, gives why instead of an address. */
export async function startGateway(plan) {
  const port = await takePort();
  const address = `http://127.0.0.1:${port}`;
  const origin = plan.origin ?? address;
  const { file, remove } = write(configurationText({ ...plan, origin, port }));
  const refusal = await whyRefused(file);
  if (refusal) return { refusal, stop: remove };
  const program = new Program("crossgate", BINARY, ["serve", "--config", file], { env: process.env });
  const stop = () => program.stop().finally(remove);
  await program.heard(/^Crossgate is ready/);
  return { address, origin, stop };
}
