// `npm run lint:packed`: what is published can be read by those who install it, Node, bundlers and TypeScript alike.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOME, pack, PACKAGES } from "./pack.js";

const publint = (tarball) => ["publint", tarball, "--strict"];

// The packages are ESM, which bundlers and require() of Node 20.19 load: `cjs-resolves-to-esm` says that require() could
// not, as was once true. The profile node16 leaves out TypeScript's resolution of Node 10, which knows no "exports".
const types = (tarball) => ["attw", tarball, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--no-definitely-typed"];

/** What has no "exports" is a program: nobody imports it, and it has no types. */
const checksOf = ({ exports }) => (exports ? [publint, types] : [publint]);

function passes(command) {
  const { status, stdout, stderr } = spawnSync("npx", ["--no-install", ...command], { cwd: HOME, encoding: "utf8" });
  if (status !== 0) console.error(stdout + stderr);
  return status === 0;
}

function lint(one, into) {
  const tarball = pack(one, into);
  const failed = checksOf(one.manifest).map((check) => check(tarball)).filter((command) => !passes(command));
  console.log(`${one.manifest.name}: ${failed.length === 0 ? "well packed" : `${failed.map(([name]) => name).join(" and ")} refused it`}`);
  return failed.length === 0;
}

const into = mkdtempSync(join(tmpdir(), "crossgate-packed-"));
try {
  const outcomes = PACKAGES.map((one) => lint(one, into));
  process.exitCode = outcomes.every(Boolean) ? 0 : 1;
} finally {
  rmSync(into, { recursive: true });
}
