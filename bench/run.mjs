// Crossgate beside other proxies: the same machine, the same upstream, in turn within the same seconds. Prints tables
// and writes them to bench/results; see bench/README.md for what they mean.
//
// usage: node bench/run.mjs [--only get,large] [--peers "nginx bare,Crossgate"] [--rounds 5] [--seconds 3]
//          [--connections 64] [--workers 1] [--quick]
// needs: nginx, haproxy and wrk, npm ci in bench/peers/express, and `cargo build --release -p crossgate`.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fixed, median, quantile, table } from "./lib/numbers.mjs";
import { cpuMicros, machine, residentKib } from "./lib/process.mjs";
import { record } from "./lib/results.mjs";
import { load } from "./lib/wrk.mjs";
import { freePort, need, reachable } from "./measured.mjs";
import { direct, NAMES, startPeer } from "./peers/all.mjs";
import { startUpstream } from "./peers/nginx.mjs";
import { starts } from "./start.mjs";
import { works } from "./works.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: `${Object.keys(works).join(",")},start` },
    peers: { type: "string", default: NAMES.join(",") },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    workers: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
  },
});
/** All ratios are to this one. */
const BASE = "nginx bare";
const [rounds, seconds] = options.quick ? [3, 1] : [Number(options.rounds), Number(options.seconds)];
const connections = Number(options.connections);

function measure(folder, peer, work) {
  const headers = work.isAnonymous ? {} : peer.headers;
  const before = cpuMicros(peer.child.pid);
  const figures = load(folder, { ...work, port: peer.port, headers, seconds, connections });
  const micros = (cpuMicros(peer.child.pid) - before) / figures.requests;
  return { ...figures, micros, rss: residentKib(peer.child.pid) / 1024 };
}

/** Every peer once per round; who begins changes, so that nobody is always measured first. */
function inTurn(folder, peers, work) {
  peers.forEach((peer) => measure(folder, peer, work));
  return Array.from({ length: rounds }, (_, round) => {
    process.stderr.write(`${work.what}: round ${round + 1}/${rounds}   \r`);
    const first = round % peers.length;
    const order = [...peers.slice(first), ...peers.slice(0, first)];
    return Object.fromEntries(order.map((peer) => [peer.name, measure(folder, peer, work)]));
  });
}

/** CPU per request as a multiple of nginx's in the same round; nothing where nginx does not do such work. */
function ratio(cycles, name) {
  if (name === "direct" || !cycles[0][BASE]) return "–";
  const ratios = cycles.map((cycle) => cycle[name].micros / cycle[BASE].micros);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => fixed(quantile(ratios, q), 2));
  return `**${middle}** (${low}–${high})`;
}

function summary(cycles) {
  const head = ["", "requests/s", "p50, ms", "p99, ms", "CPU of the proxy, µs per request", "× nginx bare, paired (quartiles)", "RSS, MiB"];
  const rows = Object.keys(cycles[0]).map((name) => {
    const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
    return [name, of("perSecond", 0), of("p50", 2), of("p99", 2), name === "direct" ? "–" : of("micros", 1), ratio(cycles, name), of("rss", 1)];
  });
  return table(head, rows.sort(([one], [other]) => NAMES.indexOf(one) - NAMES.indexOf(other)));
}

async function bench(folder, children) {
  const workers = Number(options.workers);
  const upstream = await freePort();
  const server = startUpstream(folder, upstream);
  children.push(server);
  await reachable(upstream, server);
  const peers = [direct(server, upstream)];
  for (const name of options.peers.split(",")) {
    peers.push(await startPeer(name, folder, { upstream, workers }));
    children.push(peers.at(-1).child);
  }
  const asked = options.only.split(",");
  const figures = {};
  const parts = asked.filter((name) => works[name]).map((name) => {
    const work = works[name];
    figures[name] = inTurn(folder, peers.filter((peer) => !work.only || work.only.includes(peer.name)), work);
    return `## ${work.what}\n\n${summary(figures[name])}`;
  });
  if (asked.includes("start")) {
    figures.start = await starts(folder, { upstream, rounds });
    parts.push(`## Start\n\n${figures.start.table}`);
  }
  return { markdown: [`${machine()}; ${connections} connections, ${workers} worker(s), ${rounds} rounds of ${seconds} s.`, ...parts].join("\n\n"), figures };
}

need("nginx", "apt-get install nginx-light");
need("haproxy", "apt-get install haproxy");
need("wrk", "apt-get install wrk");
const folder = mkdtempSync(join(tmpdir(), "crossgate-bench-"));
// nginx that was started by root reads files as another user.
chmodSync(folder, 0o755);
const children = [];
try {
  const { markdown, figures } = await bench(folder, children);
  console.log(`\n${markdown}\n\nwritten to ${record("bench", markdown, figures)}`);
} finally {
  children.forEach((child) => child.kill("SIGTERM"));
  rmSync(folder, { recursive: true, force: true });
}
