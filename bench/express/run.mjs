// What verifying a token costs an Express route: CPU per request of the same app with and without it, each in a process
// of its own, in turn within the same seconds. Prints a table; see bench/README.md for what it means.
//
// usage: node bench/express/run.mjs [--starts 1] [--rounds 40] [--requests 2000] [--connections 32] [--tokens 1,1000]
//          [--express express4,express5] [--algorithm ES256] [--only jose,fast-jwt]
// needs: npm ci in packages and in bench/express, npm run build in packages/express.
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startIssuer } from "./issuer.mjs";
import { requestWith, sendAll } from "./load.mjs";
import { variants } from "./variants.mjs";

const { values: options } = parseArgs({
  options: {
    starts: { type: "string", default: "1" },
    rounds: { type: "string", default: "40" },
    requests: { type: "string", default: "2000" },
    connections: { type: "string", default: "32" },
    tokens: { type: "string", default: "1,1000" },
    express: { type: "string", default: "express4,express5" },
    algorithm: { type: "string", default: "ES256" },
    only: { type: "string", default: Object.keys(variants).join(",") },
  },
});
const BASE = "no verification";
const WARM_UP = 10_000;
const connections = Number(options.connections);
const names = options.only.split(",");

async function startPeer(framework, name, settings) {
  const arguments_ = [framework, name, JSON.stringify(settings)];
  const child = fork(new URL("server.mjs", import.meta.url), arguments_, { env: { ...process.env, NODE_ENV: "production" } });
  const [{ port }] = await once(child, "message");
  return { name, child, port };
}

async function cpuTime({ child }) {
  child.send("cpu");
  const [{ user, system }] = await once(child, "message");
  return user + system;
}

/** Microseconds of CPU per request. */
async function measure(peer, requests, count) {
  const before = await cpuTime(peer);
  await sendAll(peer.port, requests, { count, connections });
  return ((await cpuTime(peer)) - before) / count;
}

/** Two processes of one program are not equally fast: that depends on where they lie in memory. So both start anew. */
async function measureStarts(framework, name, settings, requests) {
  const pairs = [];
  for (let start = 0; start < Number(options.starts); start += 1) pairs.push(...(await measurePairs(framework, name, settings, requests)));
  return pairs;
}

/** One variant in turn with an app of its own that verifies nothing: both are equally warm, and of the same second. */
async function measurePairs(framework, name, settings, requests) {
  const peers = await Promise.all([BASE, name].map((one) => startPeer(framework, one, settings)));
  for (const peer of peers) await measure(peer, requests, WARM_UP);
  const pairs = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    pairs.push(await measurePair(...peers, requests, round % 2 === 0));
    process.stderr.write(`${framework} ${name}: round ${round + 1}/${options.rounds}   \r`);
  }
  for (const { child } of peers) child.disconnect();
  return pairs;
}

async function measurePair(base, peer, requests, isBaseFirst) {
  const figures = {};
  for (const one of isBaseFirst ? [base, peer] : [peer, base]) {
    figures[one === base ? "without" : "with"] = await measure(one, requests, Number(options.requests));
  }
  return figures;
}

const quantile = (numbers, q) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * q)];

function print(version, count, name, pairs) {
  const ratios = pairs.map((pair) => pair.with / pair.without);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q));
  const [without, added] = [pairs.map((pair) => pair.without), pairs.map((pair) => pair.with - pair.without)].map((list) => quantile(list, 0.5));
  const ratio = `**${middle.toFixed(2)}** (${low.toFixed(2)}–${high.toFixed(2)})`;
  console.log(`| ${version} | ${count} | ${name} | ${ratio} | ${added.toFixed(1)} | ${without.toFixed(0)} |`);
}

async function compare(framework, count, issuer) {
  const requests = await Promise.all(Array.from({ length: count }, async () => requestWith(await issuer.token())));
  const { default: manifest } = await import(`${framework}/package.json`, { with: { type: "json" } });
  for (const name of names) print(manifest.version, count, name, await measureStarts(framework, name, issuer.settings, requests));
}

const issuer = await startIssuer(options.algorithm);
console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, ${options.algorithm}, ${options.connections} connections, ` +
  `${options.starts} × ${options.rounds} rounds of ${options.requests} requests\n`);
console.log("| Express | tokens | verification | CPU per request, ratio (quartiles) | µs more | µs without |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const framework of options.express.split(",")) {
  for (const count of options.tokens.split(",")) await compare(framework, Number(count), issuer);
}
issuer.stop();
