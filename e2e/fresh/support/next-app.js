// A Next.js app as create-next-app leaves it, with the packages installed and pages that use them.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { environment, run } from "./command.js";
import { install } from "./install.js";
import { Program } from "../../../examples/express-styles/test/support/program.js";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const TEMPLATE = path.join(HERE, "template");
/** What the template calls it. */
const MIDDLEWARE = "middleware.ts";
const COMMON_FLAGS = ["--ts", "--app", "--no-src-dir", "--use-npm", "--import-alias", "@/*", "--yes"];

/** What people chose the last time they created an app must not decide about this one. */
const noPreferences = (folder) => ({ XDG_CONFIG_HOME: path.join(folder, "no-preferences") });

/** Creates it and installs nothing: the version of 14 knows no flag for that, but npm does. */
export async function create(major, folder) {
  const program = path.join(HERE, "node_modules", `create-${major.name.replace("next", "next-app")}`, "dist/index.js");
  const words = [program, major.name, ...COMMON_FLAGS, ...major.flags];
  await run(process.execPath, words, { cwd: folder, env: { npm_config_dry_run: "true", ...noPreferences(folder) } });
  return path.join(folder, major.name);
}

/** Adds the pages, and to the configuration what an app in front of Crossgate needs. */
export function addPages(major, app) {
  fs.cpSync(TEMPLATE, app, { recursive: true });
  fs.renameSync(path.join(app, MIDDLEWARE), path.join(app, major.middleware));
  const file = path.join(app, fs.readdirSync(app).find((name) => name.startsWith("next.config.")));
  fs.writeFileSync(file, withRewrites(fs.readFileSync(file, "utf8")));
}

function withRewrites(config) {
  const begin = /const nextConfig.*= \{/.exec(config)?.[0];
  if (!begin) throw new Error(`the configuration looks like nothing we know:\n${config}`);
  const rewrites = `rewrites: async () => crossgateRewrites({ url: process.env.FRONT_CROSSGATE_URL ?? "", apis: ["/api"] }),`;
  return `import { crossgateRewrites } from "@crossgate/next/middleware";\n${config.replace(begin, `${begin}\n  ${rewrites}`)}`;
}

/** Installs the packages. */
export async function installPackages(major, app, { tarballs, isWriting }) {
  const { "@crossgate/next": next, crossgate, program } = tarballs;
  await install({ folder: app, name: major.name, isWriting }, [next, crossgate, program]);
}

/** Builds it. The types of all pages are checked on the way. */
export const build = (app, variables) => run("npm", ["run", "build"], { cwd: app, env: variables });

/** Starts it on a port, and waits until it answers. */
export async function start(app, port, variables) {
  const words = ["start", "-H", "127.0.0.1", "-p", String(port)];
  const program = new Program(`the app ${path.basename(app)}`, path.join(app, "node_modules/.bin/next"), words, {
    cwd: app,
    env: environment(variables),
  });
  await program.heard(/Ready in/);
  return program;
}
