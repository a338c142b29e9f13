// A long run at half of what the machine can do, with everything that goes wrong in ordinary life: upstreams that are
// killed, clients that are broken, people who come and go. Memory, descriptors and threads must stay flat, and a 5xx
// must have a reason. Prints a report, writes it to bench/results, and exits with 1 where that does not hold.
//
// usage: node bench/soak/run.mjs [--minutes 30] [--restart 90] [--connections 32]
// needs: `cargo build --release -p crossgate`.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { machine, vitals } from "../lib/process.mjs";
import { record } from "../lib/results.mjs";
import { configure, freePort, PROGRAM, reachable, signIn } from "../measured.mjs";
import { misbehave } from "./broken.mjs";
import { Notes, report } from "./report.mjs";
import { Upstream } from "./restarts.mjs";
import { capacity, comeAndGo, steady } from "./visitors.mjs";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    restart: { type: "string", default: "90" },
    connections: { type: "string", default: "32" },
  },
});
const PATHS = ["/api/orders", "/", "/api/orders", "/about"];
const [SAMPLE, VISIT, BROKEN_PER_SECOND] = [5000, 250, 10];
const connections = Number(options.connections);

/** Does something from time to time, until the end. */
async function every(milliseconds, until, work) {
  for (let number = 0; Date.now() < until(); number += 1) {
    const due = Date.now() + milliseconds;
    await work(number);
    await wait(Math.max(0, Math.min(due, until()) - Date.now()));
  }
}

async function soak(gate, port, upstreams) {
  const cookie = await signIn(port);
  const most = await capacity(port, PATHS, cookie, { connections, seconds: 10 });
  const [rate, began] = [most / 2, Date.now()];
  console.log(`${Math.round(most)} requests/s at most, ${Math.round(rate)} from here on`);
  const end = began + Number(options.minutes) * 60_000;
  const until = () => (gate.exitCode === null ? end : 0);
  const notes = new Notes(upstreams);
  const note = (answer) => notes.answer(answer);
  // The first restart comes after a full period, so that there is an undisturbed beginning.
  const restarts = every(Number(options.restart) * 1000, until, (n) => (n > 0 ? upstreams[n % 2].restart() : undefined));
  const [broken] = await Promise.all([
    misbehave({ port, cookie }, { rate: BROKEN_PER_SECOND, until }),
    steady(port, PATHS, cookie, { rate, until, most: connections * 4, note }),
    every(VISIT, until, (n) => comeAndGo(port, `person-${n}`, note).catch((error) => notes.fault(error))),
    every(SAMPLE, until, () => notes.sample({ at: Date.now() - began, ...vitals(gate.pid) })),
    restarts,
  ]);
  return { notes, broken, rate, most, minutes: (Date.now() - began) / 60_000, isAlive: gate.exitCode === null };
}

const folder = mkdtempSync(join(tmpdir(), "crossgate-soak-"));
const [port, admin, api, app] = [await freePort(), await freePort(), await freePort(), await freePort()];
const upstreams = [new Upstream("app", app), new Upstream("API", api)];
let gate;
try {
  await Promise.all(upstreams.map((upstream) => upstream.start()));
  gate = spawn(PROGRAM, ["serve", "--config", configure(folder, { workers: 2, port, admin, upstream: api, app })], { stdio: "ignore" });
  await reachable(port, gate);
  const outcome = await soak(gate, port, upstreams);
  const { markdown, figures, isGood } = report(outcome, machine());
  console.log(`\n${markdown}\n\nwritten to ${record("soak", markdown, figures)}`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  gate?.kill("SIGTERM");
  upstreams.forEach((upstream) => upstream.stop());
  rmSync(folder, { recursive: true, force: true });
}
