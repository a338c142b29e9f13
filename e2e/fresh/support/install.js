// Installing what has been packed, as people do it.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./command.js";

const LOCKS = fileURLToPath(new URL("../locks", import.meta.url));
const FLAGS = ["--prefer-offline", "--no-audit", "--no-fund"];
// Whoever installs says from where.
const ENVIRONMENT = { npm_config_omit_lockfile_registry_resolved: "true" };

const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const writeJson = (file, value) => fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

/** Without what is packed here, which is another one each time. */
function onlyOthers({ packages, ...lock }) {
  const isOwn = (entry) => entry.resolved?.startsWith("file:");
  const others = Object.entries(packages).filter(([place, entry]) => place !== "" && !isOwn(entry));
  return { ...lock, packages: Object.fromEntries(others) };
}

const versionsIn = ({ packages }) => Object.entries(packages).map(([place, { version }]) => `${place}@${version}`);

/** Another version than the kept one would be one that npm chose today. */
function compare(name, kept, installed) {
  const known = new Set(versionsIn(kept));
  const unknown = versionsIn(installed).filter((version) => !known.has(version));
  if (unknown.length === 0) return;
  throw new Error(`e2e/fresh/locks/${name}.json does not name ${unknown.join(", ")}; fix: npm test -- --write-locks in e2e/fresh`);
}

/**
 * Installs tarballs and other packages into a project. All that they bring along is of the version in `locks`, so that a
 * release of tomorrow changes nothing; `isWriting` notes the versions of today there.
 */
export async function install({ folder, name, isWriting }, packages) {
  const [lock, kept] = [path.join(folder, "package-lock.json"), path.join(LOCKS, `${name}.json`)];
  if (!isWriting) fs.copyFileSync(kept, lock);
  await run("npm", ["install", ...FLAGS, ...packages], { cwd: folder, env: ENVIRONMENT });
  const others = onlyOthers(readJson(lock));
  if (isWriting) writeJson(kept, others);
  else compare(name, readJson(kept), others);
}
