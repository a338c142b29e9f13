// What a million sessions take in each store, and what it does with them: crates/testkit/examples/many_sessions.rs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fixed, table } from "../lib/numbers.mjs";
import { STORES } from "../lib/stores.mjs";

const EXAMPLE = new URL("../../target/release/examples/many_sessions", import.meta.url).pathname;
const PROGRAM = process.env.CROSSGATE_MANY_SESSIONS ?? EXAMPLE;

/** What the program has made: so many sessions of one person, and so many whose time is up. */
const OF_ONE = 100;
const EXPIRED = 10_000;

/** Runs one phase of it; gives what it found. */
async function run(ground, ...parameters) {
  const child = ground.own(spawn(PROGRAM, parameters.map(String), { stdio: ["ignore", "pipe", "inherit"] }));
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${PROGRAM} ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** How large the store is is asked when all are there, before any of them ends. */
async function measure(ground, name, count) {
  console.error(`${count} sessions in ${name}`);
  const store = await STORES[name](ground);
  const filled = await run(ground, store.url, "fill", count);
  const size = await store.size();
  const measured = await run(ground, store.url, "measure", count);
  await store.stop();
  const { endAllOf, expiry } = measured;
  const areAll = endAllOf.sessions === OF_ONE && expiry.sessions === EXPIRED;
  if (!areAll) throw new Error(`not all have ended: ${JSON.stringify(measured)}`);
  const figures = { ...filled, ...measured, memory: size.memory / count, disk: size.disk / count };
  // Each of them takes minutes; what is known is not lost where the next one fails.
  console.error(JSON.stringify(figures));
  return figures;
}

const HEAD = ["store", "created per second", "bytes per session in memory", "on the disk", "load: p50, ms", "p99, ms",
  "to end all 100 sessions of a person, ms", "to end 10,000 expired ones, ms", "to find that none expired, ms"];

function row(name, { createdPerSecond, memory, disk, load, endAllOf, expiry, idleSweep }) {
  const room = [fixed(memory, 0), fixed(disk, 0)];
  const times = [fixed(endAllOf.time), fixed(expiry.time, 0), fixed(idleSweep)];
  return [name, fixed(createdPerSecond, 0), ...room, fixed(load.p50, 2), fixed(load.p99, 2), ...times];
}

export async function measureStores(ground) {
  const count = ground.isQuick ? 20_000 : 1_000_000;
  const stores = {};
  for (const name of Object.keys(STORES)) stores[name] = await measure(ground, name, count);
  const rows = Object.entries(stores).map(([name, figures]) => row(name, figures));
  const missed = Object.entries(stores).map(([name, figures]) => `${name} ${figures.missed}`).join(", ");
  const note = `${count} sessions with 800 sealed bytes each, 512 begun at a time, 20,000 loaded one after the other.
Begun again because the store did not answer in time: ${missed}.`;
  return { markdown: `${note}\n\n${table(HEAD, rows)}`, figures: { count, stores } };
}
