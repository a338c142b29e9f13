// Upstreams that are killed and come back, and when each of them was away.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

/** How long an upstream stays away. */
const AWAY = 1000;
/** What was on its way when it came back may still fail so much later. */
const GRACE = 1000;

export class Upstream {
  /** When it was away: pairs of times in milliseconds. */
  windows = [];

  constructor(name, port) {
    Object.assign(this, { name, port });
  }

  async start() {
    this.child = fork(new URL("upstream.mjs", import.meta.url), [String(this.port)]);
    await once(this.child, "message");
  }

  /** Kills it as a crash does: nothing is finished, nothing is said. */
  async restart() {
    const window = [Date.now(), Infinity];
    this.windows.push(window);
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
    await wait(AWAY);
    await this.start();
    window[1] = Date.now() + GRACE;
  }

  isAway(time) {
    return this.windows.some(([from, until]) => time >= from && time <= until);
  }

  /** Restarts it once in the middle of a stretch of so many milliseconds, unless that ends before. */
  async restartWithin(milliseconds, until) {
    await wait(milliseconds / 2);
    if (Date.now() < until()) await this.restart();
  }

  stop() {
    this.child?.kill("SIGKILL");
  }
}
