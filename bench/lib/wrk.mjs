// Load by wrk, and what it says.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const MILLISECONDS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function script(folder, { method = "GET", bodyBytes = 0 }) {
  const file = join(folder, "request.lua");
  writeFileSync(file, `wrk.method = "${method}"\nwrk.body = ${bodyBytes > 0 ? `string.rep("x", ${bodyBytes})` : "nil"}\n`);
  return file;
}

function latency(output, percent) {
  const [, number, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s|m)`).exec(output);
  return Number(number) * MILLISECONDS[unit];
}

/** Asks for so many seconds; every answer must have `status`: 2xx, or any other where 401 is what is measured. */
export function load(folder, { port, path, headers, status = 200, seconds, connections, ...request }) {
  const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const output = spawnSync("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script(folder, request), ...lines,
    "-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench", "-H", "Accept: */*", `http://127.0.0.1:${port}${path}`]).stdout.toString();
  const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
  const others = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  if (requests === 0 || others !== (status === 200 ? 0 : requests)) throw new Error(`load failed:\n${output}`);
  return { requests, perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]), p50: latency(output, 50), p99: latency(output, 99) };
}
