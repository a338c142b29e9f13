// Packs the packages of this folder as they are published.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the workspace. */
export const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const readManifest = (folder) => JSON.parse(readFileSync(join(HOME, folder, "package.json"), "utf8"));

/** A package whose published manifest is another one than that in the tree has a script of its own. */
const packingOf = ({ scripts }) => (scripts?.["pack:main"] ? ["run", "--silent", "pack:main", "--", "--into"] : ["pack", "--silent", "--pack-destination"]);

/** The packages of the workspace: their folders and manifests. */
export const PACKAGES = readManifest(".").workspaces.map((folder) => ({ folder, manifest: readManifest(folder) }));

/**
 * Packs one into a folder that exists. What a package builds, it builds on the way.
 *
 * @returns the tarball's path
 */
export function pack({ folder, manifest }, into) {
  const environment = { ...process.env, npm_config_foreground_scripts: "false" };
  execFileSync("npm", [...packingOf(manifest), into], { cwd: join(HOME, folder), env: environment, stdio: ["ignore", "ignore", "inherit"] });
  return join(into, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
}
