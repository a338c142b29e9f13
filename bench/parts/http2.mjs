// HTTP/2 from browsers, without TLS, beside HTTP/1.1 at the same gateway.
import { fixed, median, table } from "../lib/numbers.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { load as h2load } from "../lib/h2load.mjs";
import { load as wrk } from "../lib/wrk.mjs";
import { signIn } from "../measured.mjs";

/** So many requests wait at a time, however they are spread over connections. */
const WAITING = 64;
const BASE = "HTTP/1.1, h2load, 64 connections";

/** By name: loads the gateway in one way. */
const ways = {
  "HTTP/1.1, wrk, 64 connections": (ground, request) => wrk(ground.folder, { ...request, connections: WAITING }),
  [BASE]: (_ground, request) => h2load({ ...request, connections: WAITING }),
  "HTTP/2, h2load, 64 connections, 1 stream each": (_ground, request) => h2load({ ...request, connections: WAITING, streams: 1 }),
  "HTTP/2, h2load, 8 connections, 8 streams each": (_ground, request) => h2load({ ...request, connections: 8, streams: 8 }),
};

async function once(ground, gate, request) {
  const figures = {};
  for (const [name, load] of Object.entries(ways)) {
    const before = cpuMicros(gate.child.pid);
    const { requests, perSecond } = await load(ground, request);
    figures[name] = { perSecond, micros: (cpuMicros(gate.child.pid) - before) / requests };
  }
  return figures;
}

export async function measureHttp2(ground) {
  const gate = await ground.gate({ listen: 'http2 = "cleartext"' });
  const headers = { Cookie: `theme=dark; ${await signIn(gate.port)}` };
  const request = { port: gate.port, path: "/api/orders", headers, seconds: ground.seconds };
  await once(ground, gate, request);
  const cycles = await ground.inRounds("HTTP/2", () => once(ground, gate, request));
  await ground.stop(gate.child);
  const rows = Object.keys(ways).map((name) => {
    const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
    return [name, of("perSecond", 0), of("micros", 1), fixed(ratioOf(cycles, name), 2)];
  });
  const [single, shared] = Object.keys(ways).slice(-2).map((name) => ratioOf(cycles, name));
  return {
    markdown: table(["", "requests/s", "CPU of the gateway, µs per request", `× ${BASE}, paired`], rows),
    figures: { cycles, single, shared },
  };
}

const ratioOf = (cycles, name) => median(cycles.map((cycle) => cycle[name].micros / cycle[BASE].micros));
