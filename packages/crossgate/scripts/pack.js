// Makes what is published: the package of one platform around a built program, or the package that people install.
//
//   node scripts/pack.js --platform linux-x64 --program ../../target/published/crossgate --into dist
//   node scripts/pack.js --main --into dist
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { packageName, PLATFORMS, programFile } from "../lib/platforms.js";

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const MANIFEST = JSON.parse(readFileSync(join(HOME, "package.json"), "utf8"));

/** The manifest of a platform's package. npm installs it on that platform only. */
function platformManifest(one) {
  const { version, license, engines } = MANIFEST;
  return {
    name: packageName(one),
    version,
    description: `Crossgate for ${one.platform} on ${one.arch}. Install the package crossgate in its place.`,
    license,
    engines,
    os: [one.platform],
    cpu: [one.arch],
    ...(one.platform === "linux" ? { libc: ["glibc"] } : {}),
    files: ["bin"],
    preferUnplugged: true,
  };
}

/** The manifest that people install: of all platforms npm takes the one that fits. */
function mainManifest() {
  const { scripts, ...manifest } = MANIFEST;
  const platforms = PLATFORMS.map((one) => [packageName(one), MANIFEST.version]);
  return { ...manifest, optionalDependencies: Object.fromEntries(platforms) };
}

function pack(manifest, fill, into) {
  const folder = mkdtempSync(join(tmpdir(), "crossgate-pack-"));
  try {
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    fill(folder);
    mkdirSync(into, { recursive: true });
    const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", resolve(into)], { cwd: folder });
    console.log(join(into, JSON.parse(packed)[0].filename));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function packPlatform(name, program, into) {
  const one = PLATFORMS.find(({ platform, arch }) => `${platform}-${arch}` === name);
  if (!one) throw new Error(`${name} is none of ${PLATFORMS.map(({ platform, arch }) => `${platform}-${arch}`).join(", ")}`);
  pack(platformManifest(one), (folder) => {
    const file = join(folder, programFile(one));
    mkdirSync(dirname(file));
    copyFileSync(program, file);
    chmodSync(file, 0o755);
  }, into);
}

function packMain(into) {
  pack(mainManifest(), (folder) => {
    for (const part of MANIFEST.files) cpSync(join(HOME, part), join(folder, part), { recursive: true });
  }, into);
}

const { values } = parseArgs({
  options: {
    platform: { type: "string" },
    program: { type: "string" },
    main: { type: "boolean" },
    into: { type: "string", default: "dist" },
  },
});
if (values.main) packMain(values.into);
else if (values.platform && values.program) packPlatform(values.platform, values.program, values.into);
else throw new Error("say --main, or --platform and --program");
