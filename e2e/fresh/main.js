// `npm test`: packs the packages, makes fresh projects that install them, starts everything, and lets Chromium in.
//
//   --in <folder>      where the projects are made; they stay, and what is there is not made again
//   --write-locks      the versions that npm installs today are those of tomorrow
//   anything else      goes to Playwright: npm test -- -- --project next-16 -g useSession
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { environment, step } from "./support/command.js";
import * as expressApi from "./support/express-api.js";
import { API_PROJECTS, MAJORS } from "./support/majors.js";
import * as nextApp from "./support/next-app.js";
import { packAll } from "./support/packed.js";
import { Site } from "./support/site.js";

/** Stands in a folder where everything has been made. */
const DONE = "made";
const E2E = fileURLToPath(new URL("..", import.meta.url));

const { values: options, positionals } = parseArgs({
  options: { in: { type: "string" }, "write-locks": { type: "boolean" } },
  allowPositionals: true,
});

async function makeApp(major, folder, how) {
  const app = await step(`${major.name}: created`, () => nextApp.create(major, folder));
  await step(`${major.name}: packages installed`, () => nextApp.installPackages(major, app, how));
  nextApp.addPages(major, app);
  const { variables } = await Site.of(major, folder);
  await step(`${major.name}: built`, () => nextApp.build(app, variables));
}

/** One after the other: each of them keeps the whole machine busy. */
async function makeProjects(folder) {
  const packed = path.join(folder, "packed");
  fs.mkdirSync(packed);
  const tarballs = await step("packages packed", () => packAll(packed));
  const how = { tarballs, isWriting: options["write-locks"] };
  for (const project of API_PROJECTS) await step(`${project.name}: packages installed`, () => expressApi.create(project, folder, how));
  for (const major of MAJORS) await makeApp(major, folder, how);
}

const stopAll = (sites) => Promise.all(sites.map((site) => site.stop()));

async function startAll(sites) {
  for (const site of sites) await site.start();
}

async function runTests(sites) {
  const described = Object.fromEntries(sites.map((site) => [site.major.name, site.describe()]));
  const words = ["playwright", "test", "--config", "playwright.fresh.config.ts", ...positionals];
  const child = spawn("npx", ["--no-install", ...words], {
    cwd: E2E,
    env: environment({ FRESH_SITES: JSON.stringify(described) }),
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "exit");
  return code ?? 1;
}

async function runIn(folder) {
  if (!fs.existsSync(path.join(folder, DONE))) await makeProjects(folder);
  fs.writeFileSync(path.join(folder, DONE), "");
  const sites = await Promise.all(MAJORS.map((major) => Site.of(major, folder)));
  try {
    await step("everything started", () => startAll(sites));
    return await runTests(sites);
  } finally {
    await stopAll(sites);
  }
}

const folder = options.in ? path.resolve(options.in) : fs.mkdtempSync(path.join(os.tmpdir(), "crossgate-fresh-"));
fs.mkdirSync(folder, { recursive: true });
try {
  process.exitCode = await runIn(folder);
} finally {
  if (!options.in) fs.rmSync(folder, { recursive: true, force: true });
}
