// CPU per authenticated proxied request, Crossgate beside nginx's bare `proxy_pass`: the same machine, the same
// upstream, in turn within the same seconds. Prints a table; see bench/README.md for what it means.
//
// usage: node bench/first-figure.mjs [--cycles 12] [--seconds 3] [--connections 64] [--workers 1,2]
// needs: nginx and wrk on the PATH, and `cargo build --release -p crossgate`.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "./lib/ports.mjs";
import { configure, LOGIN, need, ORDERS, PROGRAM, reachable, signIn } from "./measured.mjs";

const { values: options } = parseArgs({
  options: {
    cycles: { type: "string", default: "12" },
    seconds: { type: "string", default: "3" },
    connections: { type: "string", default: "64" },
    workers: { type: "string", default: "1,2" },
  },
});
const children = [];

function nginx(folder, name, workers, body) {
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, `
    worker_processes ${workers}; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log; daemon off;
    events { worker_connections 4096; }
    http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${folder}/${name}-body;
           proxy_temp_path ${folder}/${name}-proxy; fastcgi_temp_path ${folder}/x1; uwsgi_temp_path ${folder}/x2;
           scgi_temp_path ${folder}/x3; ${body} }`);
  const child = spawn("nginx", ["-c", file, "-p", folder], { stdio: "ignore" });
  children.push(child);
  return child;
}

const upstreamBody = (port) =>
  `server { listen 127.0.0.1:${port} reuseport backlog=4096; default_type application/json;
            location = /api/login { return 200 '${LOGIN}'; }
            location / { return 200 '${ORDERS}'; } }`;
const proxyBody = (port, upstream) =>
  `upstream api { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }
   server { listen 127.0.0.1:${port} reuseport backlog=4096;
            location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;

function crossgate(folder, settings) {
  const child = spawn(PROGRAM, ["serve", "--config", configure(folder, settings)], { stdio: "ignore" });
  children.push(child);
  return child;
}

/** User and system time of a process and its children, in clock ticks. */
function ticks(pid) {
  const list = spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().split("\n").filter(Boolean);
  return [String(pid), ...list].reduce((sum, id) => {
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
const tickMicros = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"]).toString());

function load(port, cookie) {
  const headers = cookie ? ["-H", `Cookie: theme=dark; ${cookie}`] : ["-H", "Cookie: theme=dark"];
  const output = spawnSync("wrk", ["-t1", `-c${options.connections}`, `-d${options.seconds}s`, ...headers,
    "-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench", "-H", "Accept: */*", `http://127.0.0.1:${port}/api/orders`]).stdout.toString();
  const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
  const failed = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  if (failed > 0 || requests === 0) throw new Error(`load failed:\n${output}`);
  return { requests, perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]) };
}

function measure(peer) {
  const before = ticks(peer.pid);
  const { requests, perSecond } = load(peer.port, peer.cookie);
  return { micros: ((ticks(peer.pid) - before) * tickMicros) / requests, perSecond };
}

const quantile = (numbers, q) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
};

async function compare(folder, workers, upstream) {
  const [nginxPort, crossgatePort, admin] = [await freePort(), await freePort(), await freePort()];
  const bare = nginx(folder, `bare-${workers}`, workers, proxyBody(nginxPort, upstream));
  const gate = crossgate(folder, { workers, port: crossgatePort, admin, upstream });
  await reachable(nginxPort, bare);
  await reachable(crossgatePort, gate);
  const peers = [
    { name: "nginx bare", pid: bare.pid, port: nginxPort },
    { name: "crossgate", pid: gate.pid, port: crossgatePort, cookie: await signIn(crossgatePort) },
  ];
  peers.forEach(measure);
  const cycles = [];
  for (let cycle = 0; cycle < Number(options.cycles); cycle += 1) {
    const order = cycle % 2 === 0 ? peers : [...peers].reverse();
    const figures = Object.fromEntries(order.map((peer) => [peer.name, measure(peer)]));
    cycles.push(figures);
    process.stderr.write(`workers ${workers}, cycle ${cycle + 1}/${options.cycles}\r`);
  }
  const of = (name, key) => cycles.map((cycle) => cycle[name][key]);
  const ratios = cycles.map((cycle) => cycle.crossgate.micros / cycle["nginx bare"].micros);
  const rates = cycles.map((cycle) => cycle.crossgate.perSecond / cycle["nginx bare"].perSecond);
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gate.pid}/status`, "utf8"))[1]) / 1024;
  const f = (number, digits = 2) => number.toFixed(digits);
  console.log(`| ${workers} | ${f(quantile(of("nginx bare", "micros"), 0.5), 1)} | ${f(quantile(of("crossgate", "micros"), 0.5), 1)} | **${f(quantile(ratios, 0.5))}** (${f(quantile(ratios, 0.25))}–${f(quantile(ratios, 0.75))}) | ${f(quantile(rates, 0.5))} | ${f(rss, 0)} |`);
  for (const child of [bare, gate]) child.kill("SIGTERM");
}

need("nginx", "apt-get install nginx-light");
need("wrk", "apt-get install wrk");
const folder = mkdtempSync(join(tmpdir(), "crossgate-bench-"));
try {
  const upstream = await freePort();
  await reachable(upstream, nginx(folder, "upstream", 1, upstreamBody(upstream)));
  console.log(`${cpus().length} × ${cpus()[0].model}, ${options.connections} connections, ${options.cycles} cycles of ${options.seconds} s\n`);
  console.log("| workers | nginx bare, µs CPU per request | crossgate, µs | ratio, paired (quartiles) | requests/s, ratio | RSS MB |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const workers of options.workers.split(",")) await compare(folder, Number(workers), upstream);
} finally {
  for (const child of children) child.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
