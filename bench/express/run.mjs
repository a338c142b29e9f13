// What verifying a token costs an Express route: CPU per request of the same app with and without it, each in a process
// of its own, in turn within the same seconds. Prints a table; see bench/README.md for what it means.
//
// usage: node bench/express/run.mjs [--rounds 15] [--requests 15000] [--connections 32] [--tokens 1,1000]
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
    rounds: { type: "string", default: "15" },
    requests: { type: "string", default: "15000" },
    connections: { type: "string", default: "32" },
    tokens: { type: "string", default: "1,1000" },
    express: { type: "string", default: "express4,express5" },
    algorithm: { type: "string", default: "ES256" },
    only: { type: "string", default: Object.keys(variants).join(",") },
  },
});
const BASE = "no verification";
const amounts = { count: Number(options.requests), connections: Number(options.connections) };
const names = [BASE, ...options.only.split(",").filter((name) => name !== BASE)];

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
async function measure(peer, requests) {
  const before = await cpuTime(peer);
  await sendAll(peer.port, requests, amounts);
  return ((await cpuTime(peer)) - before) / amounts.count;
}

async function rounds(peers, requests) {
  const figures = [];
  for (let round = -1; round < Number(options.rounds); round += 1) {
    const figure = {};
    for (const peer of round % 2 === 0 ? peers : [...peers].reverse()) figure[peer.name] = await measure(peer, requests);
    // The first round only makes everything warm.
    if (round >= 0) figures.push(figure);
    process.stderr.write(`round ${round + 1}/${options.rounds} \r`);
  }
  return figures;
}

const quantile = (numbers, q) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * q)];

function print(framework, version, count, figures) {
  for (const name of names) {
    const micros = quantile(figures.map((figure) => figure[name]), 0.5);
    const ratios = figures.map((figure) => figure[name] / figure[BASE]);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(3));
    const ratio = name === BASE ? "1" : `**${middle}** (${low}–${high})`;
    const added = quantile(figures.map((figure) => figure[name] - figure[BASE]), 0.5);
    console.log(`| ${version} | ${count} | ${name} | ${ratio} | ${micros.toFixed(1)} | ${name === BASE ? "" : added.toFixed(1)} |`);
  }
}

async function compare(framework, count, issuer) {
  const requests = await Promise.all(Array.from({ length: count }, async () => requestWith(await issuer.token())));
  const peers = await Promise.all(names.map((name) => startPeer(framework, name, issuer.settings)));
  const { default: manifest } = await import(`${framework}/package.json`, { with: { type: "json" } });
  print(framework, manifest.version, count, await rounds(peers, requests));
  for (const { child } of peers) child.disconnect();
}

const issuer = await startIssuer(options.algorithm);
console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, ${options.algorithm}, ${options.connections} connections, ` +
  `${options.rounds} rounds of ${options.requests} requests\n`);
console.log("| Express | tokens | verification | CPU per request, ratio (quartiles) | µs | µs more |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const framework of options.express.split(",")) {
  for (const count of options.tokens.split(",")) await compare(framework, Number(count), issuer);
}
issuer.stop();
