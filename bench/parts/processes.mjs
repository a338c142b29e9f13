// What a request costs where several processes share a store, and where the store is a server.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import { fixed, median, quantile, table } from "../lib/numbers.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { seed } from "../lib/seed.mjs";
import { STORES } from "../lib/stores.mjs";
import { loadAsPeople } from "../lib/wrk.mjs";
import { PROGRAM } from "../measured.mjs";

const CREDENTIALS = 'login = { request = "POST /api/login", access_token = "/token" }';
const PEOPLE = 1000;
/** So many answers every process gives before it counts: each person is known to it, and its memory has grown. */
const WARM = 20 * PEOPLE;

const SERVERS = ["PostgreSQL", "Valkey Cluster"];
const SHARED = ["SQLite", ...SERVERS];
/** Processes that share the machine and nothing else: what these cost more than one has nothing to do with a store. */
const APART = "SQLite, a file each";

const set = (store, count) => ({ name: `${store}: ${count}`, store, count });
const SETS = [
  ...[1, 2, 3].map((count) => set("SQLite", count)),
  set(APART, 3),
  ...SERVERS.flatMap((store) => [set(store, 1), set(store, 3)]),
];

/** The same people in all stores, taken along by the operator's own command. */
async function startStores(ground) {
  const stores = {};
  for (const name of SHARED) stores[name] = await STORES[name](ground);
  const { SQLite: first } = stores;
  seed(first.folder, { count: PEOPLE });
  for (const name of SERVERS) {
    await promisify(execFile)(PROGRAM, ["store", "copy", "--from", first.url, "--to", stores[name].url]);
  }
  return stores;
}

/** New processes on a store that is there, or each with a file of its own. */
async function startGates(ground, store, count) {
  const where = store ? { store: store.url } : { prepare: (folder) => seed(folder, { count: PEOPLE }) };
  const gates = [];
  for (let number = 0; number < count; number += 1) {
    gates.push(await ground.gate({ token: "api", credentials: CREDENTIALS, workers: 1, ...where }));
  }
  return gates;
}

/** A generator for each process; as many requests wait at a time, whether they are for one process or for three. */
function load(ground, gates, request) {
  const connections = Math.round(ground.connections / gates.length);
  return Promise.all(gates.map(({ port, folder }) => loadAsPeople(folder, { port, connections, ...request })));
}

const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

/** Processes are there only while they are measured: they take time also when nobody asks them. */
async function measure(ground, stores, { store, count }) {
  const gates = await startGates(ground, stores[store], count);
  await load(ground, gates, { pick: `asked % ${PEOPLE}`, each: WARM, seconds: 60 });
  const spent = () => total(gates.map(({ child }) => cpuMicros(child.pid)));
  const before = spent();
  const loads = await load(ground, gates, { pick: `math.random(0, ${PEOPLE - 1})`, seconds: ground.seconds });
  const micros = (spent() - before) / total(loads.map(({ requests }) => requests));
  await Promise.all(gates.map(({ child }) => ground.stop(child)));
  return { perSecond: total(loads.map(({ perSecond }) => perSecond)), micros };
}

/** All of them, and another one first each time. */
async function once(ground, stores, round) {
  const [first, figures] = [round % SETS.length, {}];
  const sets = [...SETS.slice(first), ...SETS.slice(0, first)];
  for (const one of sets) figures[one.name] = await measure(ground, stores, one);
  return figures;
}

/** Round by round: how many times as much one has as another. */
const ratios = (cycles, key, one, other) => cycles.map((cycle) => cycle[one.name][key] / cycle[other.name][key]);

/** Nothing where there is nothing to compare with. */
function paired(cycles, one, other) {
  if (one.name === other.name || !cycles[0][other.name]) return "–";
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => fixed(quantile(ratios(cycles, "micros", one, other), q), 2));
  return `**${middle}** (${low}–${high})`;
}

const HEAD = ["store", "processes", "requests/s", "CPU of all processes, µs per request",
  "× one process, paired (quartiles)", "× SQLite with as many", "× as many with a file each"];

function row(cycles, one) {
  const { name, store, count } = one;
  const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
  const alone = set(store === APART ? "SQLite" : store, 1);
  const beside = [alone, set("SQLite", count), set(APART, count)].map((other) => paired(cycles, one, other));
  return [store, count, of("perSecond", 0), of("micros", 1), ...beside];
}

/** What has a bar, as medians: three processes beside one, a server beside the file, and the requests of two. */
function judged(cycles) {
  const ratio = (key, one, other) => median(ratios(cycles, key, one, other));
  const three = SHARED.map((store) => [store, ratio("micros", set(store, 3), set(store, 1))]);
  const servers = SERVERS.map((store) => [store, ratio("micros", set(store, 1), set("SQLite", 1))]);
  return {
    three: Object.fromEntries(three),
    apart: ratio("micros", set(APART, 3), set("SQLite", 1)),
    servers: Object.fromEntries(servers),
    two: ratio("perSecond", set("SQLite", 2), set("SQLite", 1)),
    cores: cpus().length,
  };
}

export async function measureProcesses(ground) {
  const stores = await startStores(ground);
  const cycles = await ground.inRounds("processes", (round) => once(ground, stores, round));
  await Promise.all(Object.values(stores).map((store) => store.stop()));
  const note = `${PEOPLE} people, known to every process; ${ground.connections} connections, spread over the processes.`;
  const markdown = `${note}\n\n${table(HEAD, SETS.map((one) => row(cycles, one)))}`;
  return { markdown, figures: { cycles, ...judged(cycles) } };
}
