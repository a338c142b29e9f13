// What a measurement stands on: a folder, an upstream, and programs that end with it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./lib/ports.mjs";
import { configure, PROGRAM, reachable } from "./measured.mjs";
import { startUpstream } from "./peers/nginx.mjs";

export class Ground {
  children = [];

  /** `plan`: rounds, seconds of each, sessions in the largest store, connections, workers, and whether it is to be quick. */
  constructor(plan) {
    Object.assign(this, plan);
    this.folder = mkdtempSync(join(tmpdir(), "crossgate-bench-"));
    // nginx that was started by root reads files as another user.
    chmodSync(this.folder, 0o755);
  }

  /** A program that ends when the measurement does. */
  own(child) {
    this.children.push(child);
    return child;
  }

  /** The nginx that everything is in front of. */
  async begin() {
    this.upstream = await freePort();
    this.server = this.own(startUpstream(this.folder, this.upstream));
    await reachable(this.upstream, this.server);
  }

  subfolder(name) {
    return mkdtempSync(join(this.folder, `${name}-`));
  }

  /** A gateway in a folder of its own, in which `prepare` may put a store first. */
  async gate({ prepare, ...settings } = {}) {
    const folder = this.subfolder("gate");
    const [port, admin] = [await freePort(), await freePort()];
    const file = configure(folder, { port, admin, upstream: this.upstream, workers: this.workers, ...settings });
    prepare?.(folder);
    const child = this.own(spawn(PROGRAM, ["serve", "--config", file], { stdio: "ignore" }));
    await reachable(port, child);
    return { child, port, admin, file, folder };
  }

  /** Ends a program before the measurement does. */
  async stop(child, signal = "SIGTERM") {
    this.children = this.children.filter((other) => other !== child);
    child.kill(signal);
    await once(child, "exit");
  }

  /** Ends every program, and waits for it: what they write when they end is then there. */
  async stopAll() {
    const running = this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(running.map((child) => this.stop(child)));
  }

  /** Does something so often as there are rounds, but at most `most` times, and says so. */
  async inRounds(what, work, most = Infinity) {
    const [all, rounds] = [[], Math.min(this.rounds, most)];
    for (let round = 0; round < rounds; round += 1) {
      process.stderr.write(`${what}: round ${round + 1}/${rounds}   \r`);
      all.push(await work(round));
    }
    return all;
  }

  end() {
    this.children.forEach((child) => child.kill("SIGTERM"));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
