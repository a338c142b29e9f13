// Other programs: started in a folder of their own, and ended with the test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), "crossgate-edge-"));
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function untilItListens(child, port, log) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(20)) {
    if (child.exitCode !== null) break;
    if (await accepts(port)) return;
  }
  throw new Error(`${child.spawnfile} does not listen: ${log.join("")}`);
}

/** A test that breaks off neither waits for the program nor leaves it behind. */
function endWithUs(child) {
  for (const handle of [child, child.stdout, child.stderr]) handle.unref();
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
}

function stop(child, folder) {
  return new Promise((resolve) => {
    child.on("close", () => {
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
    if (!child.kill("SIGTERM")) resolve();
  });
}

/** Starts a program that stays in the foreground and waits until it listens on `port`. */
export async function startProgram(file, parameters, { folder, port, environment = {} }) {
  const log = [];
  const child = spawn(file, parameters, { cwd: folder, env: { PATH: process.env.PATH, ...environment } });
  child.on("error", (error) => log.push(error.message));
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (text) => log.push(text.toString()));
  endWithUs(child);
  await untilItListens(child, port, log);
  return { port, isAlive: () => child.exitCode === null, stop: () => stop(child, folder) };
}
