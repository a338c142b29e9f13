// User-space instructions per authenticated proxied request, counted by callgrind: noise cannot touch the figure.
// Two counts of requests are run and subtracted, so that start and sign-in do not show. Prints a table of the crates
// whose source lines the instructions come from; see bench/README.md.
//
// usage: node bench/instructions.mjs [--requests 6000] [--warm 2000] [--connections 64] [--functions 0] [--bar 0]
//          [--check] [--record]
//   --functions 30   the functions that cost most, inlined code counted where it was inlined
//   --bar 56000      exit status 1 above so many instructions per request
//   --check          exit status 1 where it is over 5 % more than bench/instructions.json says, 77 where the processor
//                    cannot be compared
//   --record         writes bench/instructions.json
// needs: valgrind on the PATH, and `cargo build --release -p crossgate`.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "./lib/ports.mjs";
import { compare, recordFigure } from "./lib/recorded.mjs";
import { configure, LOGIN, need, ORDERS, PROGRAM, reachable, signIn } from "./measured.mjs";

const { values: options } = parseArgs({
  options: {
    requests: { type: "string", default: "6000" },
    warm: { type: "string", default: "2000" },
    connections: { type: "string", default: "64" },
    functions: { type: "string", default: "0" },
    bar: { type: "string", default: "0" },
    check: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});

/** Answers 200 bytes with the headers that nginx sends, and a sign-in. */
async function upstream() {
  const server = createHttpServer((request, answer) => {
    const body = request.url === "/api/login" ? LOGIN : ORDERS;
    request.resume();
    answer.writeHead(200, { server: "nginx/1.22.1", "content-type": "application/json", "content-length": body.length });
    answer.end(body);
  });
  server.keepAliveTimeout = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

function crossgate(folder, settings) {
  const tool = ["--tool=callgrind", "--separate-threads=yes", `--callgrind-out-file=${folder}/profile`];
  return spawn("valgrind", [...tool, PROGRAM, "serve", "--config", configure(folder, settings)], { stdio: "ignore" });
}

/** One kept connection that asks again as soon as it is answered, as long as `more()` says so. */
function ask(port, head, more) {
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const next = () => (more() ? socket.write(head) : socket.end(done));
    socket.on("connect", next).on("error", failed);
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      if (!text.startsWith("HTTP/1.1 200 ")) failed(new Error(text));
      text = "";
      next();
    });
  });
}

async function load(port, cookie, requests) {
  const head = [`GET /api/orders HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Cookie: theme=dark; ${cookie}`,
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench", "Accept: */*", "", ""].join("\r\n");
  let left = requests;
  const more = () => left-- > 0;
  await Promise.all(Array.from({ length: Number(options.connections) }, () => ask(port, head, more)));
}

/** The profile of every thread, by the number that callgrind gave it: in the order of their starts. */
function byThread(folder) {
  const files = readdirSync(folder).filter((name) => /^profile-\d+$/.test(name));
  return new Map(files.map((name) => [name, read(readFileSync(join(folder, name), "utf8"))]));
}

/** Runs the gateway for so many requests; gives the profiles of its threads. */
async function profile(requests) {
  const folder = mkdtempSync(join(tmpdir(), "crossgate-instructions-"));
  const api = await upstream();
  const port = await freePort();
  const gate = crossgate(folder, { workers: 1, port, admin: await freePort(), upstream: api.address().port });
  try {
    await reachable(port, gate);
    await load(port, await signIn(port), requests);
    const ended = new Promise((done) => gate.once("exit", done));
    gate.kill("SIGTERM");
    await ended;
    return byThread(folder);
  } finally {
    gate.kill("SIGKILL");
    api.closeAllConnections();
    api.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Own costs by source file and by function, from callgrind's format (Valgrind's manual, "Callgrind Format Specification"). */
function read(text) {
  const names = { file: new Map(), fn: new Map() };
  const named = (kind, value) => {
    const [, id, name] = /^\((\d+)\)(?: (.*))?$/.exec(value) ?? [null, value, value];
    if (name) names[kind].set(id, name);
    return names[kind].get(id);
  };
  const costs = { files: new Map(), functions: new Map() };
  const add = (map, key, cost) => map.set(key, (map.get(key) ?? 0) + cost);
  let [file, fn, isCall] = ["", "", false];
  for (const line of text.split("\n")) {
    const [, key, value] = /^(fl|fi|fe|fn|cfl|cfi|cfn|ob|cob|calls)=(.*)$/.exec(line) ?? [];
    if (key === "fl" || key === "fi" || key === "fe") file = named("file", value);
    else if (key === "cfl" || key === "cfi") named("file", value);
    else if (key === "fn") fn = named("fn", value);
    else if (key === "cfn") named("fn", value);
    else if (key === "calls") isCall = true;
    else if (/^[+\-*\d]/.test(line)) {
      const cost = Number(line.split(" ")[1]);
      if (!isCall) [[costs.files, file], [costs.functions, fn]].forEach(([map, at]) => add(map, at, cost));
      isCall = false;
    }
  }
  return costs;
}

/** The crate that a source file belongs to. */
function component(file) {
  const crate = /\/([a-z0-9_-]+)-\d+\.\d+[^/]*\/src\//i.exec(file)?.[1];
  const ours = /crates\/([a-z-]+)\/src\/([a-z_]+)/.exec(file);
  if (ours) return `crossgate ${ours[1]}: ${ours[2]}`;
  if (/rustc\/.*library|^library\//.test(file)) return "Rust's standard library";
  if (/malloc|free/.test(file)) return "C library: malloc and free";
  return crate ?? "C library and the rest";
}

const difference = (more, less) =>
  new Map([...more].map(([key, cost]) => [key, (cost - (less.get(key) ?? 0)) / Number(options.requests)]));

function group(costs, by) {
  const groups = new Map();
  costs.forEach((cost, key) => groups.set(by(key), (groups.get(by(key)) ?? 0) + cost));
  return groups;
}

function table(title, costs, rows) {
  console.log(`\n| ${title} | instructions per request |\n| --- | --- |`);
  const sorted = [...costs].sort(([, one], [, other]) => other - one).slice(0, rows);
  sorted.filter(([, cost]) => cost >= 50).forEach(([name, cost]) => console.log(`| ${name} | ${Math.round(cost)} |`));
}

need("valgrind", "apt-get install valgrind");
const [warm, whole] = [await profile(Number(options.warm)), await profile(Number(options.warm) + Number(options.requests))];
const sum = (costs) => [...costs.values()].reduce((total, cost) => total + cost, 0);
/** The worker: its work grows with the requests. What others do from time to time grows with the time that it took. */
const worker = [...whole.keys()]
  .map((thread) => ({ thread, files: difference(whole.get(thread).files, warm.get(thread)?.files ?? new Map()) }))
  .reduce((one, other) => (sum(other.files) > sum(one.files) ? other : one));
const { thread, files } = worker;
const total = sum(files);
console.log(`${Math.round(total)} instructions per request (${options.requests} requests, ${options.connections} connections)`);
table("component", group(files, component), 40);
if (Number(options.functions) > 0) table("function", difference(whole.get(thread).functions, warm.get(thread).functions), Number(options.functions));
if (Number(options.bar) > 0 && total > Number(options.bar)) {
  console.error(`more than ${options.bar}`);
  process.exit(1);
}
if (options.record) recordFigure(Math.round(total));
if (options.check) process.exitCode = compare(Math.round(total));
