import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const HOME = join(import.meta.dirname, "..");
const PROGRAM = process.env.CROSSGATE_BINARY ?? join(HOME, "../../target/debug/crossgate");
const PLATFORM = `${process.platform}-${process.arch}`;

// Without a built program there is nothing to pack.
describe.skipIf(!existsSync(PROGRAM))("the packed packages, installed", () => {
  let project;
  const { CROSSGATE_BINARY: _, ...environment } = process.env;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "crossgate-installed-"));
    const packed = join(project, "packed");
    const pack = (...words) => execFileSync("node", ["scripts/pack.js", "--into", packed, ...words], { cwd: HOME });
    pack("--main");
    pack("--platform", PLATFORM, "--program", PROGRAM);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
    const tarballs = readdirSync(packed).map((file) => `./packed/${file}`);
    // The other platforms' packages are not published, which optional dependencies may be.
    execFileSync("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd: project, stdio: "pipe" });
  }, 120_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const run = (...words) =>
    spawnSync("npx", ["--no-install", "crossgate", ...words], { cwd: project, env: environment, encoding: "utf8" });

  it("run the program with npx", () => {
    const { status, stdout } = run("--version");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^crossgate \d+\.\d+\.\d+/) });
  });

  it("pass on words, output and status", () => {
    const { status, stderr } = run("check", "--config", "missing.toml");
    expect(status).not.toBe(0);
    expect(stderr).toContain("missing.toml");
  });

  it("hold nothing but what runs", () => {
    const folder = join(project, "node_modules");
    expect(readdirSync(join(folder, "crossgate")).sort()).toEqual(["README.md", "bin", "lib", "package.json"]);
    expect(readdirSync(join(folder, "@crossgate", PLATFORM)).sort()).toEqual(["bin", "package.json"]);
  });

  it("end the program when they are told to end", async () => {
    const config = `public_url = "http://localhost:18931"\nsecret = "${randomBytes(32).toString("hex")}"\n[listen]\naddress = "127.0.0.1:0"\nadmin = false\n[app]\nurl = "http://127.0.0.1:1"\n[store]\nurl = "memory:"\n`;
    writeFileSync(join(project, "crossgate.toml"), config);
    const file = join(project, "node_modules/crossgate/bin/crossgate.js");
    const child = spawn("node", [file, "serve"], { cwd: project, env: environment });
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    await new Promise((resolve) => child.stdout.on("data", (text) => String(text).includes("ready") && resolve()));
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});
