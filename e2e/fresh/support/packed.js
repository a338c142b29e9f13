// The packages as they are published, among them the one with the program for this machine.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HOME, pack, PACKAGES } from "../../../packages/scripts/pack.js";
import { run } from "./command.js";

const BUILT = fileURLToPath(new URL("../../../target/debug/crossgate", import.meta.url));
const PLATFORM = `${process.platform}-${process.arch}`;

function builtProgram() {
  const program = process.env.CROSSGATE_BINARY ?? BUILT;
  if (fs.existsSync(program)) return program;
  throw new Error(`there is no ${program}: set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);
}

/** Most of a program without optimisation is for debuggers: npm would compress that for a quarter of a minute. */
async function withoutSymbols(program, into) {
  const stripped = path.join(into, "crossgate");
  return run("strip", ["-o", stripped, program], {}).then(
    () => stripped,
    () => program,
  );
}

async function packProgram(into) {
  const program = await withoutSymbols(builtProgram(), into);
  const words = ["scripts/pack.js", "--platform", PLATFORM, "--program", program, "--into", into];
  await run(process.execPath, words, { cwd: path.join(HOME, "crossgate") });
  return fs.readdirSync(into).find((file) => file.startsWith(`crossgate-${PLATFORM}-`));
}

/** Packs all of them; gives the tarballs by the packages' names, and that of the program as `program`. */
export async function packAll(into) {
  const tarballs = PACKAGES.map((one) => [one.manifest.name, pack(one, into)]);
  return { ...Object.fromEntries(tarballs), program: path.join(into, await packProgram(into)) };
}
