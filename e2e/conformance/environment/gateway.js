// The real gateway as a program.
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { configurationText } from "./configuration.js";
import { takePort } from "../../../examples/express-styles/test/support/ports.js";
import { Program } from "../../../examples/express-styles/test/support/program.js";

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

/** A refusal says more by itself than a program that has ended. */
async function check(file) {
  try {
    await promisify(execFile)(BINARY, ["check", "--config", file]);
  } catch (error) {
    throw new Error(`crossgate refuses the configuration:\n${error.stdout}${error.stderr}`);
  }
}

/** Starts one. */
export async function startGateway(plan) {
  const port = await takePort();
  const address = `http://127.0.0.1:${port}`;
  const origin = plan.origin ?? address;
  const { file, remove } = write(configurationText({ ...plan, origin, port }));
  try {
    await check(file);
    const program = new Program("crossgate", BINARY, ["serve", "--config", file], { env: process.env });
    await program.heard(/^Crossgate is ready/);
    return { address, origin, stop: () => program.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
