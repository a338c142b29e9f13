// Three gateways behind HAProxy while machines, stores and clocks fail; judged from outside. Prints a table for each store,
// writes docs/reference/drills.md where all of a store's drills ran, and exits with 1 where a bar was missed.
//
// usage: node e2e/drills/run.mjs [--store sqlite,postgres,valkey-cluster] [--only kill-node,revocation] [--list]
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { machine } from "../../bench/lib/process.mjs";
import { run } from "./drill.mjs";
import { DRILLS } from "./drills.mjs";
import { MEASURES, measure } from "./measures.mjs";
import { isGood, markdownOf, write } from "./report.mjs";
import { PROGRAM } from "./set/node.mjs";
import { STORES } from "./set/stores.mjs";

const { values: options } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite,postgres,valkey-cluster" },
    only: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

function list() {
  const where = (stores) => stores.filter((store) => store !== "memory").join(", ");
  const all = [...DRILLS, ...MEASURES.map((one) => ({ ...one, stores: Object.keys(STORES) }))];
  for (const { name, what, stores } of all) console.log(`${name.padEnd(14)} ${what} (${where(stores)})`);
}

function chosen(all, names, kind) {
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no ${kind} is called ${unknown.join(", ")}; there are ${all.join(", ")}`);
  return names;
}

/** Says at once how each ended, so that a long run can be watched. */
function tell(storeName, name, hasPassed, folder) {
  console.error(`${storeName} ${name}: ${hasPassed ? "✓" : `✗, see ${folder}`}`);
  return hasPassed;
}

async function onStore(storeName, isWanted) {
  const [drills, measures] = [[], []];
  let hasPassed = true;
  for (const drill of DRILLS.filter(({ name, stores }) => stores.includes(storeName) && isWanted(name))) {
    const outcome = await run(drill, storeName, isGood(drill));
    drills.push({ drill, outcome });
    hasPassed = tell(storeName, drill.name, !outcome.folder, outcome.folder) && hasPassed;
  }
  for (const one of MEASURES.filter(({ name }) => isWanted(name))) {
    const outcome = await measure(one, storeName);
    measures.push(outcome);
    hasPassed = tell(storeName, one.name, !outcome.folder, outcome.folder) && hasPassed;
  }
  return { drills, measures, hasPassed };
}

function about() {
  const version = execFileSync(PROGRAM, ["--version"]).toString().trim();
  return `${new Date().toISOString().slice(0, 10)}, ${version}. ${machine()}.`;
}

async function main() {
  if (!PROGRAM) throw new Error("there is no program: cargo build --release -p crossgate");
  const stores = chosen(Object.keys(STORES), options.store.split(","), "store");
  const all = [...DRILLS, ...MEASURES].map(({ name }) => name);
  const names = options.only && chosen(all, options.only.split(","), "drill");
  let hasPassed = true;
  for (const storeName of stores) {
    const outcome = await onStore(storeName, (name) => !names || names.includes(name));
    const markdown = markdownOf(outcome, about());
    console.log(`\n## ${storeName}\n\n${markdown}`);
    if (!names && storeName !== "memory") write(storeName, markdown);
    hasPassed &&= outcome.hasPassed;
  }
  return hasPassed ? 0 : 1;
}

try {
  if (options.list) list();
  else process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
// What is still there goes with this program.
process.exit();
