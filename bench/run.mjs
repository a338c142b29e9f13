// Crossgate beside the proxies that people use: the same machine, the same upstream, in turn within the same seconds; and
// what it does by itself. Prints tables; see bench/README.md for what they mean. A run of everything is also written to
// bench/results.
//
// usage: node bench/run.mjs [--only get,start] [--peers "nginx bare,Crossgate"] [--rounds 5] [--seconds 3]
//          [--connections 64] [--workers 1] [--sessions 1000000] [--quick]
// needs: nginx, haproxy, wrk and h2load; npm ci in bench/peers/express; npm ci and npm run build in bench/peers/next-auth;
//   cargo build --release -p crossgate; cargo build --release -p crossgate-store-sqlite --example seed; cargo build
//   --release -p crossgate-testkit --example many_sessions. PostgreSQL and Valkey are installed where they are missing.
import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import { inTurn, summary } from "./compare.mjs";
import { Ground } from "./ground.mjs";
import { machine } from "./lib/process.mjs";
import { record } from "./lib/results.mjs";
import { need, PROGRAM } from "./measured.mjs";
import { measureHttp2 } from "./parts/http2.mjs";
import { measureLatency } from "./parts/latency.mjs";
import { measureMemory } from "./parts/memory.mjs";
import { measureProcesses } from "./parts/processes.mjs";
import { measureSessions } from "./parts/sessions.mjs";
import { measureSignIns } from "./parts/sign-ins.mjs";
import { measureStarts } from "./parts/start.mjs";
import { measureStores } from "./parts/stores.mjs";
import { measureStorm } from "./parts/storm.mjs";
import { measureStreaming } from "./parts/streaming.mjs";
import { direct, NAMES, startPeer } from "./peers/all.mjs";
import { targets } from "./targets.mjs";
import { works } from "./works.mjs";

/** What the gateway does by itself. */
const parts = {
  http2: { what: "HTTP/2", measure: measureHttp2 },
  latency: { what: "Latency at half load", measure: measureLatency },
  start: { what: "Start", measure: measureStarts },
  streaming: { what: "Streaming", measure: measureStreaming },
  signins: { what: "Sign-ins", measure: measureSignIns },
  storm: { what: "Refresh storm", measure: measureStorm },
  sessions: { what: "Sessions in the store", measure: measureSessions },
  memory: { what: "Memory", measure: measureMemory },
  processes: { what: "Several processes, and the stores that they share", measure: measureProcesses },
  stores: { what: "A million sessions in each store", measure: measureStores },
};

const ALL = [...Object.keys(works), ...Object.keys(parts)];
const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: ALL.join(",") },
    peers: { type: "string", default: NAMES.join(",") },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    workers: { type: "string", default: "1" },
    sessions: { type: "string", default: "1000000" },
    quick: { type: "boolean", default: false },
  },
});

function plan() {
  const { rounds, seconds, sessions } = options.quick ? { rounds: 1, seconds: 1, sessions: 20_000 } : options;
  const { connections, workers } = options;
  const given = Object.entries({ rounds, seconds, sessions, connections, workers }).map(([name, value]) => [name, Number(value)]);
  return { ...Object.fromEntries(given), isQuick: options.quick };
}

async function startPeers(ground) {
  const peers = [direct(ground.server, ground.upstream)];
  for (const name of options.peers.split(",")) {
    peers.push(await startPeer(name, ground.folder, { upstream: ground.upstream, workers: ground.workers }));
    ground.own(peers.at(-1).child);
  }
  return peers;
}

/** One work beside others, or one part. */
async function measure(ground, peers, name) {
  if (works[name]) {
    const figures = await inTurn(ground, peers, works[name]);
    return { markdown: `## ${works[name].what}\n\n${summary(figures)}`, figures };
  }
  const { what, measure: measureOne } = parts[name];
  const { markdown, figures } = await measureOne(ground);
  return { markdown: `## ${what}\n\n${markdown}`, figures };
}

function write(ground, figures, { texts, busyBefore }) {
  const { connections, workers, rounds, seconds } = ground;
  const build = basename(dirname(PROGRAM));
  const how = `Build of the gateway: ${build}. ${connections} connections, ${workers} worker(s), ${rounds} rounds of ${seconds} s.`;
  const head = `Before: ${busyBefore}. After: ${machine()}. ${how}`;
  const markdown = [head, `## Targets\n\n${targets(figures)}`, ...texts].join("\n\n");
  console.log(`\n${markdown}`);
  const isWhole = !options.quick && ALL.every((name) => figures[name]) && options.peers === NAMES.join(",");
  if (isWhole) console.log(`\nwritten to ${record("bench", markdown, figures)}`);
}

async function bench(ground, names) {
  await ground.begin();
  const peers = names.some((name) => works[name]) ? await startPeers(ground) : [];
  const [figures, texts, busyBefore] = [{}, [], machine()];
  for (const name of names) {
    const measured = await measure(ground, peers, name);
    figures[name] = measured.figures;
    texts.push(measured.markdown);
  }
  await ground.stopAll();
  write(ground, figures, { texts, busyBefore });
}

const names = options.only.split(",");
const unknown = names.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(", ")}; there are ${ALL.join(", ")}`);
  process.exit(2);
}
need("nginx", "apt-get install nginx-light");
need("haproxy", "apt-get install haproxy");
need("wrk", "apt-get install wrk");
need("h2load", "apt-get install nghttp2-client");
const ground = new Ground(plan());
// Also where a signal ends this program; the servers of stores go in the same way.
process.once("exit", () => ground.end());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
try {
  await bench(ground, names);
} finally {
  ground.end();
}
