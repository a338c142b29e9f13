// User-space instructions per authenticated proxied request, counted by callgrind: noise cannot touch the figure.
// Two counts of requests are run and subtracted, so that start and sign-in do not show. Prints a table of the crates
// whose source lines the instructions come from; see bench/README.md.
//
// usage: node bench/instructions.mjs [--requests 6000] [--warm 2000] [--connections 64] [--functions 0] [--bar 0]
//   --functions 30   the functions that cost most, inlined code counted where it was inlined
//   --bar 56000      exit status 1 above so many instructions per request
// needs: valgrind on the PATH, and `cargo build --release -p crossgate`.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    requests: { type: "string", default: "6000" },
    warm: { type: "string", default: "2000" },
    connections: { type: "string", default: "64" },
    functions: { type: "string", default: "0" },
    bar: { type: "string", default: "0" },
  },
});
const root = new URL("..", import.meta.url).pathname;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Answers 200 bytes with the headers that nginx sends, and a sign-in. */
async function upstream() {
  const orders = JSON.stringify({ data: "x".repeat(188) });
  const login = JSON.stringify({ user: { id: 1, name: "Bench" }, token: "t0123456789" });
  const server = createHttpServer((request, answer) => {
    const body = request.url === "/api/login" ? login : orders;
    request.resume();
    answer.writeHead(200, { server: "nginx/1.22.1", "content-type": "application/json", "content-length": body.length });
    answer.end(body);
  });
  server.keepAliveTimeout = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

function crossgate(folder, port, admin, upstreamPort) {
  const file = join(folder, "crossgate.toml");
  writeFileSync(file, `
    public_url = "http://127.0.0.1:${port}"
    secret = "0123456789abcdef0123456789abcdef"
    app = { url = "http://127.0.0.1:${upstreamPort}" }
    [listen]
    address = "127.0.0.1:${port}"
    admin = "127.0.0.1:${admin}"
    workers = 1
    [[api]]
    path = "/api"
    url = "http://127.0.0.1:${upstreamPort}"
    token = "issued"
    [sign_in.credentials]
    fields = ["user", "password"]
    login = { request = "POST /api/login" }
    [store]
    url = "sqlite:instructions.db"`);
  const program = join(root, "target/release/crossgate");
  const tool = ["--tool=callgrind", `--callgrind-out-file=${folder}/profile`];
  return spawn("valgrind", [...tool, program, "serve", "--config", file], { stdio: "ignore" });
}

async function reachable(port, child) {
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (answer) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the gateway did not start");
}

async function signIn(port) {
  const origin = `http://127.0.0.1:${port}`;
  const cookies = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const csrf = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = await csrf.json();
  const answer = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookies(csrf), origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, user: "bench", password: "bench", json: "true" }),
  });
  const anonymous = await fetch(`${origin}/api/orders`);
  if (anonymous.status !== 401) throw new Error(`anonymous request answered ${anonymous.status}`);
  return cookies(answer);
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

/** Runs the gateway for so many requests; gives its profile. */
async function profile(requests) {
  const folder = mkdtempSync(join(tmpdir(), "crossgate-instructions-"));
  const api = await upstream();
  const port = await freePort();
  const gate = crossgate(folder, port, await freePort(), api.address().port);
  try {
    await reachable(port, gate);
    await load(port, await signIn(port), requests);
    const ended = new Promise((done) => gate.once("exit", done));
    gate.kill("SIGTERM");
    await ended;
    return read(readFileSync(join(folder, "profile"), "utf8"));
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

if (spawnSync("sh", ["-c", "command -v valgrind"]).status !== 0) {
  console.error("valgrind is missing: apt-get install valgrind");
  process.exit(1);
}
const [warm, whole] = [await profile(Number(options.warm)), await profile(Number(options.warm) + Number(options.requests))];
const files = difference(whole.files, warm.files);
const total = [...files.values()].reduce((sum, cost) => sum + cost, 0);
console.log(`${Math.round(total)} instructions per request (${options.requests} requests, ${options.connections} connections)`);
table("component", group(files, component), 40);
if (Number(options.functions) > 0) table("function", difference(whole.functions, warm.functions), Number(options.functions));
if (Number(options.bar) > 0 && total > Number(options.bar)) {
  console.error(`more than ${options.bar}`);
  process.exit(1);
}
