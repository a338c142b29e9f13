// A long run at half of what the machine can do, with everything that goes wrong in ordinary life: upstreams that are
// killed, clients that are broken, people who come and go. Many of these come first, so that caches with a bound are full.
// From then on memory and threads must stay flat, every connection must be closed when nobody asks for anything, a 5xx must
// have a reason, and so must an error in the gateway's log. Prints a report, writes it to bench/results, and exits with 1
// where that does not hold.
//
// usage: node bench/soak/run.mjs [--minutes 30] [--connections 32]
// needs: `cargo build --release -p crossgate`.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { descriptors } from "../lib/descriptors.mjs";
import { every } from "../lib/pace.mjs";
import { freePort } from "../lib/ports.mjs";
import { machine, vitals } from "../lib/process.mjs";
import { record } from "../lib/results.mjs";
import { configure, PROGRAM, reachable, signIn } from "../measured.mjs";
import { misbehave } from "./broken.mjs";
import { readLog } from "./log.mjs";
import { Notes } from "./notes.mjs";
import { report } from "./report.mjs";
import { rest } from "./rest.mjs";
import { Upstream } from "./restarts.mjs";
import { capacity, comeAndGo, steady } from "./visitors.mjs";

const { values: options } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, connections: { type: "string", default: "32" } },
});
const PATHS = ["/api/orders", "/", "/api/orders", "/about"];
const [SAMPLE, VISIT, BROKEN_PER_SECOND] = [5000, 250, 10];
/**
 * So many come and go before memory is judged, a few at a time. Until some 10,000 have, SQLite's writer keeps more and more
 * pages of a file that grows by 180 bytes with each, up to 2,000 KiB (`PRAGMA cache_size`).
 */
const [FIRST, FIRST_AT_A_TIME] = [15_000, 16];
/** People ask for so long, with one restart in the middle; a rest of some 10 s follows, which makes a minute. */
const STRETCH = 50_000;
const connections = Number(options.connections);

/** What is under way: the gateway, and who asks it how often. */
class Soak {
  visits = 0;
  broken = 0;
  began = Date.now();

  constructor(gate, port, upstreams) {
    this.notes = new Notes(upstreams);
    this.ports = { port, upstreams: upstreams.map((upstream) => upstream.port) };
    Object.assign(this, { gate, port, upstreams });
  }

  /** Until what may grow to a bound has grown to it. */
  async fill() {
    console.log(`${FIRST} people come and go first`);
    const some = async () => {
      while (this.visits < FIRST) await this.visit();
    };
    await Promise.all(Array.from({ length: FIRST_AT_A_TIME }, some));
  }

  /** How fast it can go, and what is open when nobody asks. */
  async begin() {
    await this.fill();
    this.cookie = await signIn(this.port);
    this.most = await capacity(this.port, PATHS, this.cookie, { connections, seconds: 10 });
    this.rate = this.most / 2;
    this.notes.rest(await rest(this.gate.pid, this.ports));
    console.log(`${Math.round(this.most)} requests/s at most, ${Math.round(this.rate)} from here on`);
  }

  sample() {
    const counts = descriptors(this.gate.pid, this.ports);
    this.notes.sample({ at: Date.now() - this.began, ...vitals(this.gate.pid), ...counts });
  }

  visit() {
    this.visits += 1;
    const note = (answer) => this.notes.answer(answer);
    return comeAndGo(this.port, `person-${this.visits}`, note).catch((error) => this.notes.fault(error));
  }

  /** Everybody at once, and a rest. */
  async stretch(number) {
    const end = Date.now() + STRETCH;
    const until = () => (this.gate.exitCode === null ? end : 0);
    const { port, cookie, rate } = this;
    const note = (answer) => this.notes.answer(answer);
    const [broken] = await Promise.all([
      misbehave({ port, cookie }, { rate: BROKEN_PER_SECOND, until }),
      steady(port, PATHS, cookie, { rate, until, most: connections * 4, note }),
      every(VISIT, until, () => this.visit()),
      every(SAMPLE, until, async () => this.sample()),
      this.upstreams[number % 2].restartWithin(STRETCH, until),
    ]);
    this.broken += broken;
    if (this.gate.exitCode === null) this.notes.rest(await rest(this.gate.pid, this.ports));
  }

  async run(minutes) {
    await this.begin();
    this.began = Date.now();
    for (let number = 0; number < minutes && this.gate.exitCode === null; number += 1) await this.stretch(number);
  }

  minutes() {
    return (Date.now() - this.began) / 60_000;
  }
}

const folder = mkdtempSync(join(tmpdir(), "crossgate-soak-"));
const [port, admin, api, app] = [await freePort(), await freePort(), await freePort(), await freePort()];
const upstreams = [new Upstream("app", app), new Upstream("API", api)];
const log = join(folder, "gateway.log");
let gate;
try {
  await Promise.all(upstreams.map((upstream) => upstream.start()));
  const file = configure(folder, { workers: 2, port, admin, upstream: api, app });
  gate = spawn(PROGRAM, ["serve", "--config", file], { stdio: ["ignore", "ignore", openSync(log, "w")] });
  await reachable(port, gate);
  const soak = new Soak(gate, port, upstreams);
  await soak.run(Number(options.minutes));
  const outcome = { ...soak, first: FIRST, minutes: soak.minutes(), isAlive: gate.exitCode === null };
  const { markdown, figures, isGood } = report({ ...outcome, log: readLog(log, (time) => soak.notes.isAway(time)) }, machine());
  console.log(`\n${markdown}\n\nwritten to ${record("soak", markdown, figures)}`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  gate?.kill("SIGTERM");
  upstreams.forEach((upstream) => upstream.stop());
  rmSync(folder, { recursive: true, force: true });
}
