// 1 GiB in one answer, and 1 GiB in one request: how much more memory the gateway takes meanwhile.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { fixed, median, table } from "../lib/numbers.mjs";
import { freePort } from "../lib/ports.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { changing, signIn } from "../measured.mjs";

const GIB = 1 << 30;
const PIECE = Buffer.alloc(1 << 16, "x");

function status(pid, field) {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** Begins to measure the most anew (man 5 proc, clear_refs). */
const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, "5");

async function download(port, headers) {
  const [answer] = await once(request({ port, host: "127.0.0.1", path: "/api/huge", headers, agent: false }).end(), "response");
  let bytes = 0;
  for await (const chunk of answer) bytes += chunk.length;
  if (answer.statusCode !== 200 || bytes !== GIB) throw new Error(`${answer.statusCode}, ${bytes} bytes`);
}

async function upload(port, headers, bytes = GIB) {
  const length = { "Content-Length": bytes };
  const sent = request({ port, host: "127.0.0.1", path: "/api/upload", method: "POST", headers: { ...headers, ...length }, agent: false });
  const answered = once(sent, "response");
  for (let left = bytes; left > 0; left -= PIECE.length) if (!sent.write(PIECE)) await once(sent, "drain");
  sent.end();
  const [answer] = await answered;
  let text = "";
  for await (const chunk of answer) text += chunk;
  if (answer.statusCode !== 200 || JSON.parse(text).bytes !== bytes) throw new Error(`${answer.statusCode}: ${text}`);
}

async function grown(child, work) {
  forgetPeak(child.pid);
  const [before, cpu, began] = [status(child.pid, "VmRSS"), cpuMicros(child.pid), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { before, grown: status(child.pid, "VmHWM") - before, seconds, cpuSeconds: (cpuMicros(child.pid) - cpu) / 1e6 };
}

/** A gateway of its own for each round: what one left behind would hide what the next one takes. */
async function round(ground, reader) {
  const down = await ground.gate();
  const cookie = await signIn(down.port);
  const downwards = await grown(down.child, () => download(down.port, { Cookie: cookie }));
  const up = await ground.gate({ upstream: reader, app: ground.upstream, api: 'body = "2GiB"' });
  const headers = await changing(up.port, await signIn(up.port));
  const upwards = await grown(up.child, () => upload(up.port, headers));
  await Promise.all([ground.stop(down.child), ground.stop(up.child)]);
  return { downwards, upwards };
}

export async function measureStreaming(ground) {
  const reader = await freePort();
  const child = ground.own(fork(new URL("../stub.mjs", import.meta.url), [String(reader)]));
  await once(child, "message");
  const rounds = await ground.inRounds("streaming", () => round(ground, reader));
  await ground.stop(child);
  const of = (way, key) => median(rounds.map((one) => one[way][key]));
  const row = (way, name) => [name, ...["before", "grown", "seconds", "cpuSeconds"].map((key) => fixed(of(way, key), 2))];
  const rows = [row("downwards", "an answer"), row("upwards", "a request")];
  const head = ["1 GiB in", "RSS before, MiB", "more at most, MiB", "seconds", "CPU of the gateway, s"];
  return { markdown: table(head, rows), figures: { rounds, down: of("downwards", "grown"), up: of("upwards", "grown") } };
}
