// Many requests of many people whose tokens have ended, all at once: the API must be asked once for each of them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fixed, median, quantile, table } from "../lib/numbers.mjs";
import { freePort } from "../lib/ports.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { cookieOf, seed } from "../lib/seed.mjs";

const CREDENTIALS = `login = { request = "POST /api/login", access_token = "/token", refresh_token = "/refreshToken" }
    refresh = { request = "POST /api/refresh", expires_in = "/expiresIn" }`;
/** So many requests wait at a time. */
const WAITING = 500;

const ask = (agent, port, cookie) =>
  new Promise((done, failed) => {
    const sent = request({ agent, port, host: "127.0.0.1", path: "/api/orders", headers: { cookie } }, (answer) => {
      answer.resume().on("end", () => done(answer.statusCode)).on("error", failed);
    });
    sent.on("error", failed).end();
  });

/** Everybody asks so often at once, as a page does that was left open. */
async function rush(port, people, each) {
  const agent = new Agent({ keepAlive: true, maxSockets: WAITING });
  const wishes = Array.from({ length: people * each }, (_, number) => cookieOf(Math.floor(number / each)));
  const statuses = await Promise.all(wishes.map((cookie) => ask(agent, port, cookie)));
  agent.destroy();
  return statuses.filter((status) => status !== 200).length;
}

async function round(ground, people, each) {
  const upstream = await freePort();
  const api = ground.own(fork(new URL("../stub.mjs", import.meta.url), [String(upstream)]));
  await once(api, "message");
  const prepare = (folder) => seed(folder, { count: people, state: "ended" });
  const gate = await ground.gate({ upstream, app: ground.upstream, token: "api", credentials: CREDENTIALS, prepare });
  const [cpu, began] = [cpuMicros(gate.child.pid), performance.now()];
  const failed = await rush(gate.port, people, each);
  const [milliseconds, micros] = [performance.now() - began, cpuMicros(gate.child.pid) - cpu];
  api.send("refreshes");
  const [counts] = await once(api, "message");
  await Promise.all([ground.stop(gate.child), ground.stop(api)]);
  const calls = counts.reduce((sum, one) => sum + one, 0);
  return { failed, milliseconds, micros: micros / (people * each), calls, most: quantile(counts, 1) };
}

export async function measureStorm(ground) {
  const [people, each] = ground.isQuick ? [50, 20] : [500, 20];
  const rounds = await ground.inRounds("refresh storm", () => round(ground, people, each));
  const worst = (key) => quantile(rounds.map((one) => one[key]), 1);
  const of = (key) => median(rounds.map((one) => one[key]));
  const isExact = rounds.every((one) => one.calls === people && one.most === 1 && one.failed === 0);
  const counts = [people, people * each, worst("calls"), worst("most"), worst("failed")];
  const rows = [[...counts, fixed(of("milliseconds"), 0), fixed(of("micros"), 1)]];
  const head = ["people", "requests", "refreshes", "most for one person", "failed", "until all are answered, ms",
    "CPU of the gateway, µs per request"];
  return { markdown: table(head, rows), figures: { rounds, people, each, isExact, calls: worst("calls") } };
}
