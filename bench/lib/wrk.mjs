// Load by wrk, and what it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const MILLISECONDS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** What a script says when it has what it wants. */
const ENOUGH = "enough";

/** What a browser sends beside what matters. */
export const USUAL = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) bench", Accept: "*/*" };

function latency(output, percent) {
  const [, number, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s|m)`).exec(output);
  return Number(number) * MILLISECONDS[unit];
}

/** Runs a script of wrk for so many seconds, or until it stops itself; gives what was counted. */
export async function run(folder, { port, path = "/", headers = {}, script, seconds, connections }) {
  const file = join(folder, "request.lua");
  writeFileSync(file, script);
  const lines = Object.entries({ ...USUAL, ...headers }).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const arguments_ = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "--latency", "-s", file, ...lines];
  const child = spawn("wrk", [...arguments_, `http://127.0.0.1:${port}${path}`], { stdio: ["ignore", "pipe", "ignore"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => {
    chunks.push(chunk);
    // wrk itself sleeps to the end of its time, though its thread has stopped.
    if (chunk.includes(ENOUGH)) child.kill("SIGINT");
  });
  await once(child, "close");
  return counted(Buffer.concat(chunks).toString());
}

function counted(output) {
  const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
  if (requests === 0) throw new Error(`load failed:\n${output}`);
  return {
    requests,
    others: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
    p50: latency(output, 50),
    p99: latency(output, 99),
  };
}

/** Fails where an answer had another status than `status`: 2xx, or any other where 401 is what is measured. */
function judged(figures, status) {
  if (figures.others === (status === 200 ? 0 : figures.requests)) return figures;
  throw new Error(`${figures.others} of ${figures.requests} answers were not 2xx`);
}

/** Asks the same for so many seconds. */
export async function load(folder, { status = 200, method = "GET", bodyBytes = 0, ...request }) {
  const body = bodyBytes > 0 ? `string.rep("x", ${bodyBytes})` : "nil";
  const script = `wrk.method = "${method}"\nwrk.body = ${body}\n`;
  return judged(await run(folder, { ...request, script }), status);
}

/** Asks as people whom `seed` made: `pick` is Lua that says whose turn it is. `each`: stops after so many answers. */
export async function loadAsPeople(folder, { pick, each, ...request }) {
  const stop = `local answers = 0
    response = function()
      answers = answers + 1
      if answers == ${each} then io.write("${ENOUGH}\\n"); io.flush(); wrk.thread:stop() end
    end`;
  const script = `
    local asked, head, tail = 0, nil, nil
    init = function()
      wrk.headers["Cookie"] = "theme=dark; crossgate=@"
      head, tail = wrk.format("GET", "/api/orders"):match("^(.*)@(.*)$")
    end
    request = function()
      asked = asked + 1
      return head .. string.format("%042dA", ${pick}) .. tail
    end
    ${each ? stop : ""}`;
  return judged(await run(folder, { ...request, script }), 200);
}
