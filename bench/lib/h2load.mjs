// Load by h2load (nghttp2): HTTP/2 and HTTP/1.1 by the same program, and at a pace.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "./numbers.mjs";
import { USUAL } from "./wrk.mjs";

async function h2load(arguments_) {
  const child = spawn("h2load", arguments_, { stdio: ["ignore", "pipe", "ignore"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  await once(child, "close");
  return Buffer.concat(chunks).toString();
}

const headerLines = (headers) =>
  Object.entries({ ...USUAL, ...headers }).flatMap(([name, value]) => ["-H", `${name.toLowerCase()}: ${value}`]);

/** Answers that are not 2xx make the figures worthless. */
function counted(output) {
  const [, requests] = /status codes: (\d+) 2xx/.exec(output) ?? [];
  const [, others] = /2xx, \d+ 3xx, (\d+ 4xx, \d+ 5xx)/.exec(output) ?? [];
  if (!Number(requests) || others !== "0 4xx, 0 5xx") throw new Error(`load failed:\n${output}`);
  return { requests: Number(requests), perSecond: Number(/, ([\d.]+) req\/s/.exec(output)[1]) };
}

/** `streams`: how many requests wait at a time on each connection; HTTP/1.1 where it is not said. */
function protocol(streams) {
  return streams ? ["--max-concurrent-streams", String(streams)] : ["--h1"];
}

/** As fast as answers come. */
export async function load({ port, path, headers, seconds, connections, streams }) {
  const how = [...protocol(streams), "-t1", `-c${connections}`, `-D${seconds}`, ...headerLines(headers)];
  return counted(await h2load([...how, `http://127.0.0.1:${port}${path}`]));
}

/** So many requests per second; gives the times of answers in milliseconds. */
export async function paced(folder, { port, path, headers, seconds, connections, perSecond }) {
  const log = join(folder, "h2load.log");
  const each = Math.max(1, Math.round(perSecond / connections));
  const how = ["--h1", "-t1", `-c${connections}`, `-n${each * connections * seconds}`, "--rps", String(each)];
  const output = await h2load([...how, `--log-file=${log}`, ...headerLines(headers), `http://127.0.0.1:${port}${path}`]);
  const times = readFileSync(log, "utf8").trim().split("\n").map((line) => Number(line.split("\t")[2]) / 1000);
  rmSync(log);
  return { ...counted(output), p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
