import { packageName, PLATFORMS, programFile } from "./platforms.js";

/** There is no program for this machine, and what to do about it. */
export class NoProgram extends Error {
  name = "NoProgram";
}

/**
 * Where the program is: what `CROSSGATE_BINARY` names, else the package of this platform, which npm installed beside this
 * one.
 *
 * @param {{ platform: string, arch: string, environment: Record<string, string | undefined>, resolve: (file: string) => string }} machine
 */
export function findProgram({ platform, arch, environment, resolve }) {
  if (environment.CROSSGATE_BINARY) return environment.CROSSGATE_BINARY;
  const known = PLATFORMS.find((one) => one.platform === platform && one.arch === arch);
  if (!known) {
    throw new NoProgram(
      `There is no prebuilt program for ${platform} on ${arch}. Build it with Rust (cargo build --release) and set CROSSGATE_BINARY to its path.`,
    );
  }
  const name = packageName(known);
  try {
    return resolve(`${name}/${programFile(known)}`);
  } catch {
    throw new NoProgram(
      `The package ${name} is not installed. Was npm told to leave optional dependencies out (--omit=optional, --no-optional), or was node_modules copied from another machine? Install again here.`,
    );
  }
}
