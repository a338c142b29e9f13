// Programs of the system that tests need: found, or installed where that needs no password.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const DEBIAN = "/usr/lib/postgresql";
/** Somebody else who installs at the same time is waited for: so many seconds, and the whole of it once more. */
const PATIENCE = 120;

/** Debian keeps every major of PostgreSQL in a folder of its own, outside the PATH, and servers in sbin. */
function folders() {
  const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number).filter(Number.isInteger) : [];
  const newest = majors.sort((one, other) => other - one).map((major) => join(DEBIAN, String(major), "bin"));
  return [...newest, ...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
}

/** The path of the first of these programs that is there. */
export function find(...names) {
  const paths = names.flatMap((name) => folders().map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

const succeeds = (command, parameters) => spawnSync(command, parameters, { stdio: "ignore" }).status === 0;

/** What stands before `apt-get`, where that may install without a password. */
function privileges(script) {
  if (process.getuid() === 0) return [];
  if (find("sudo") && succeeds("sudo", ["-n", "true"])) return ["sudo", "-n"];
  throw new Error(`a program is missing. Install with:\n\n    sudo sh -c '${script}'\n`);
}

async function install(script) {
  const [program, ...parameters] = [...privileges(script), "sh", "-c", script];
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const once = () => execFileSync(program, parameters, { stdio: ["ignore", "ignore", "inherit"], env: environment });
  console.error(`installing: ${script}`);
  try {
    once();
  } catch {
    await wait(10_000);
    once();
  }
}

/**
 * Gives the path of a program. `names`: what it may be called, `packages`: Debian's packages that have it; of several the
 * first one that the system knows.
 */
export async function require(names, packages) {
  const there = find(...names);
  if (there) return there;
  const candidates = packages.map((name) => `apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=${PATIENCE} ${name}`);
  if (!find("apt-get")) throw new Error(`${names.join(" or ")} is missing`);
  await install(`apt-get update && (${candidates.join(" || ")})`);
  const installed = find(...names);
  if (!installed) throw new Error(`installed, but there is no ${names.join(" or ")}`);
  return installed;
}
