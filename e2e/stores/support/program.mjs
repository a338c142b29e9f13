// A server in a folder of its own: started, frozen, killed, ended, and never left behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, chmodSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { tree } from "../../../bench/lib/process.mjs";

const STEP = 20;
/** How long a server may take to come up, and to end in good order. */
const PATIENCE = 60_000;
const END = 10_000;

const folders = new Set();
const running = new Set();

/** A folder that is gone when this program ends. Others may enter it: servers run as users of their own. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `crossgate-${name}-`));
  chmodSync(folder, 0o755);
  folders.add(folder);
  return folder;
}

/** What is listening may be on its way down; what was refused may come up. Asks until `isThere` says so. */
export async function until(isThere, what, patience = PATIENCE) {
  for (const end = Date.now() + patience; Date.now() < end; await wait(STEP)) {
    if (await isThere()) return;
  }
  throw new Error(`${what} within ${patience / 1000} s`);
}

export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false)).on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** A process that is gone already is what was wanted. */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

export class Program {
  /** `file` with `parameters`, in `folder`; `user` of the system as `{ uid, gid }`, where it is another one. */
  constructor(file, parameters, { folder, name, user = {}, environment = {} }) {
    Object.assign(this, { file, parameters, folder, name, user, environment, log: join(folder, `${name}.log`) });
  }

  /** Starts it; ready as soon as `isReady` says so. */
  async start(isReady) {
    const log = openSync(this.log, "a");
    const options = { cwd: this.folder, stdio: ["ignore", log, log], env: { ...process.env, ...this.environment }, ...this.user };
    this.child = spawn(this.file, this.parameters, options);
    closeSync(log);
    const child = this.child;
    running.add(this);
    child.once("exit", () => running.delete(this));
    await once(child, "spawn");
    await until(async () => !this.isRunning() || isReady(), `${this.name} was not ready`);
    if (!this.isRunning()) throw new Error(`${this.name} ended:\n${readFileSync(this.log, "utf8").slice(-2000)}`);
  }

  isRunning() {
    return this.child?.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Itself first, so that no child is born meanwhile. */
  signalAll(name) {
    if (!this.isRunning()) return;
    const pids = tree(this.child.pid).map(Number);
    pids.forEach((pid) => signal(pid, name));
  }

  /** Stands still as on a machine that hangs: connections stay, nobody answers. */
  pause() {
    this.signalAll("SIGSTOP");
  }

  resume() {
    this.signalAll("SIGCONT");
  }

  /** Gone as if its machine lost power, but that what it wrote is still with the system. */
  async kill9() {
    if (!this.isRunning()) return;
    const gone = once(this.child, "exit");
    this.signalAll("SIGKILL");
    await gone;
  }

  /** Ends in good order, or by force where that takes too long. */
  async stop(name = "SIGTERM") {
    if (!this.isRunning()) return;
    const gone = once(this.child, "exit");
    this.resume();
    signal(this.child.pid, name);
    const late = setTimeout(() => this.signalAll("SIGKILL"), END);
    await gone;
    clearTimeout(late);
  }
}

/** Whatever happens to this program, no server and no folder stays. */
process.once("exit", () => {
  for (const program of running) program.signalAll("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const [name, number] of [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]]) process.once(name, () => process.exit(128 + number));
