// Whether a store with many sessions is slower than one with few.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fixed, median, quantile, table } from "../lib/numbers.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { seed } from "../lib/seed.mjs";
import { loadAsPeople } from "../lib/wrk.mjs";
import { STORE } from "../measured.mjs";

const CREDENTIALS = 'login = { request = "POST /api/login", access_token = "/token" }';
const FEW = 1000;

/** Who asks, in Lua: so many people, evenly spread over all, without a pattern, or each of them in turn. */
function among(people, all) {
  const apart = Math.floor(all / people);
  return { pick: `math.random(0, ${people - 1}) * ${apart}`, inTurn: `(asked % ${people}) * ${apart}`, people };
}

function ways(few, many, all) {
  const some = Math.min(100_000, all / 10);
  return [
    { name: `${FEW} of ${FEW}`, gate: few, ...among(FEW, FEW) },
    { name: `${FEW} of ${all}`, gate: many, ...among(FEW, all) },
    { name: `${some} of ${all}`, gate: many, ...among(some, all) },
    { name: `anybody of ${all}`, gate: many, ...among(all, all) },
  ];
}

async function once(ground, all) {
  const figures = {};
  for (const { name, gate, pick } of all) {
    const before = cpuMicros(gate.child.pid);
    const { connections, seconds } = ground;
    const { requests, perSecond } = await loadAsPeople(ground.folder, { port: gate.port, pick, connections, seconds });
    figures[name] = { perSecond, micros: (cpuMicros(gate.child.pid) - before) / requests };
  }
  return figures;
}

/** Everybody asks once, so that the cache has them; not where it cannot hold them all. */
async function warm(ground, all) {
  for (const { gate, inTurn, people } of all.slice(0, -1)) {
    const { connections, folder } = ground;
    await loadAsPeople(folder, { port: gate.port, pick: inTurn, each: people, connections, seconds: 600 });
  }
}

const gateWith = (ground, count) =>
  ground.gate({ token: "api", credentials: CREDENTIALS, prepare: (folder) => seed(folder, { count }) });

export async function measureSessions(ground) {
  const count = ground.isQuick ? 20_000 : 1_000_000;
  const [few, many] = [await gateWith(ground, FEW), await gateWith(ground, count)];
  const all = ways(few, many, count);
  await warm(ground, all);
  const cycles = await ground.inRounds("sessions in the store", () => once(ground, all));
  const megabytes = statSync(join(many.folder, STORE)).size / 1e6;
  await Promise.all([ground.stop(few.child), ground.stop(many.child)]);
  const { markdown, figures } = summed(cycles, all);
  const note = `The file of ${count} sessions has ${fixed(megabytes, 0)} MB. The cache holds 200,000 sessions.`;
  return { markdown: `${note}\n\n${markdown}`, figures: { ...figures, count, megabytes } };
}

function summed(cycles, all) {
  const base = all[0].name;
  const ratio = (name, key) => quantile(cycles.map((cycle) => cycle[name][key] / cycle[base][key]), 0.5);
  const rows = all.map(({ name }) => {
    const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
    return [name, of("perSecond", 0), fixed(ratio(name, "perSecond"), 2), of("micros", 1), fixed(ratio(name, "micros"), 2)];
  });
  const head = ["who asks", "requests/s", `× ${base}, paired`, "CPU of the gateway, µs per request", `× ${base}, paired`];
  const [ratios, cpu] = ["perSecond", "micros"].map((key) => all.map(({ name }) => ratio(name, key)));
  return { markdown: table(head, rows), figures: { cycles, ratios, cpu } };
}
