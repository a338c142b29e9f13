// The app, built with each major of Next.js in both ways. A build is kept as long as what it is made of is the same.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const SITE = join(HERE, "site");
const MANY_LINES = 16 << 20;

/** Base path and locales of each way, as `site/next.config.mjs` has them. */
export const VARIANTS = {
  plain: { basePath: "", locales: [] },
  prefixed: { basePath: "/shop", locales: ["en", "de", "de-AT"] },
};
export const MAJORS = ["14", "15", "16"];

const environment = (major, variant) => {
  const { NODE_ENV: _, ...rest } = process.env;
  return { ...rest, NEXT_TELEMETRY_DISABLED: "1", SITE_MAJOR: major, SITE_VARIANT: variant };
};

function sourcesIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** Says whether a build is of today: the sources, what npm installed, and who builds. */
function stampOf(home, variant) {
  const hash = createHash("sha256").update(`${variant} ${process.version}`);
  for (const file of [...sourcesIn(SITE), join(home, "package-lock.json")]) hash.update(file.slice(HERE.length)).update(readFileSync(file));
  return hash.digest("hex");
}

async function build(major, variant) {
  const home = join(HERE, `next-${major}`);
  const [folder, stamp] = [join(home, `site-${variant}`), stampOf(home, variant)];
  const [built, program] = [join(folder, `.next-${variant}`), join(home, "node_modules/next/dist/bin/next")];
  const mark = join(built, "crossgate-stamp");
  const found = { major, variant, folder, built, program, env: environment(major, variant), ...VARIANTS[variant] };
  if (existsSync(mark) && readFileSync(mark, "utf8") === stamp) return found;
  for (const part of ["app", "pages", "public"]) rmSync(join(folder, part), { recursive: true, force: true });
  cpSync(SITE, folder, { recursive: true });
  await promisify(execFile)(process.execPath, [program, "build"], { cwd: folder, env: found.env, maxBuffer: MANY_LINES });
  writeFileSync(mark, stamp);
  return found;
}

/** All builds, made one after the other: each keeps the whole machine busy. */
class Builds {
  #known = new Map();
  #last = Promise.resolve();

  get(major, variant) {
    const name = `${major} ${variant}`;
    if (!this.#known.has(name)) this.#begin(name, () => build(major, variant));
    return this.#known.get(name);
  }

  #begin(name, work) {
    const begun = this.#last.then(work);
    this.#known.set(name, begun);
    // Whoever asks for it hears of a failure; the next one is built all the same.
    this.#last = begun.catch(() => {});
  }
}

const builds = new Builds();

/** Where a build is and how it is started; builds it where that has not been done. */
export const buildOf = (major, variant) => builds.get(major, variant);

/** The ids of all Server Actions, as browsers send them. */
export function actionsOf({ built }) {
  return Object.keys(JSON.parse(readFileSync(join(built, "server/server-reference-manifest.json"), "utf8")).node);
}
