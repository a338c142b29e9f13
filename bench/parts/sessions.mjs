// Whether a store with many sessions is slower than one with few.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fixed, median, quantile, table } from "../lib/numbers.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { seed } from "../lib/seed.mjs";
import { loadAsPeople } from "../lib/wrk.mjs";
import { STORE } from "../measured.mjs";

const CREDENTIALS = 'login = { request = "POST /api/login", access_token = "/token" }';
/** Of stores that are compared, as far as they are smaller than the largest. The first is what all others are held against. */
const SIZES = [1000, 10_000, 1_000_000];
/** So many people ask at each of them. */
const FEW = SIZES[0];

/** Who asks, in Lua: so many people, evenly spread over all, without a pattern, or each of them in turn. */
function among(people, gate) {
  const apart = Math.floor(gate.count / people);
  const whose = { pick: `math.random(0, ${people - 1}) * ${apart}`, inTurn: `(asked % ${people}) * ${apart}` };
  return { name: `${people} of ${gate.count}`, gate, people, ...whose };
}

/** The same few at each, then more of the largest, and then anybody. */
function ways(gates) {
  const largest = gates.at(-1);
  const some = among(Math.min(100_000, largest.count / 10), largest);
  return [...gates.map((gate) => among(FEW, gate)), some, among(largest.count, largest)];
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

async function gateWith(ground, count) {
  process.stderr.write(`sessions in the store: ${count} are made   \r`);
  const prepare = (folder) => seed(folder, { count });
  return { ...(await ground.gate({ token: "api", credentials: CREDENTIALS, prepare })), count };
}

/** `ground.sessions`: so many has the largest store. */
export async function measureSessions(ground) {
  const gates = [];
  for (const count of [...SIZES.filter((size) => size < ground.sessions), ground.sessions]) {
    gates.push(await gateWith(ground, count));
  }
  const all = ways(gates);
  await warm(ground, all);
  // There and back: the few at the smallest store would otherwise always follow upon anybody, who leaves much to write.
  const inOrder = (round) => (round % 2 === 0 ? all : all.toReversed());
  const cycles = await ground.inRounds("sessions in the store", (round) => once(ground, inOrder(round)));
  const { folder, count } = gates.at(-1);
  const megabytes = statSync(join(folder, STORE)).size / 1e6;
  await Promise.all(gates.map(({ child }) => ground.stop(child)));
  const { markdown, figures } = summed(cycles, all);
  const note = `The file of ${count} sessions has ${fixed(megabytes, 0)} MB. The cache holds 200,000 sessions.`;
  return { markdown: `${note}\n\n${markdown}`, figures: { ...figures, count, megabytes } };
}

/** Of all that were measured: the few at the larger stores, more at the largest, anybody. */
function figuresOf(all, ratio) {
  const one = ({ name, gate }) => ({ count: gate.count, ratio: ratio(name, "perSecond"), cpu: ratio(name, "micros") });
  const [more, anybody] = all.slice(-2).map(one);
  return { same: all.slice(1, -2).map(one), more, anybody };
}

function summed(cycles, all) {
  const base = all[0].name;
  const ratio = (name, key) => quantile(cycles.map((cycle) => cycle[name][key] / cycle[base][key]), 0.5);
  const rows = all.map(({ name }) => {
    const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
    return [name, of("perSecond", 0), fixed(ratio(name, "perSecond"), 2), of("micros", 1), fixed(ratio(name, "micros"), 2)];
  });
  const head = ["who asks", "requests/s", `× ${base}, paired`, "CPU of the gateway, µs per request", `× ${base}, paired`];
  return { markdown: table(head, rows), figures: { cycles, ...figuresOf(all, ratio) } };
}
