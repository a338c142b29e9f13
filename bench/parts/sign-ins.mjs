// People who sign in with the API's own login, each a new session that is on the disk before its cookie leaves.
//
// The API is nginx with a fixed answer in which only the id differs: what is measured is the gateway and its store, not
// how long an API takes to check a password.
import { execFileSync } from "node:child_process";
import { fixed, median, table } from "../lib/numbers.mjs";
import { cpuMicros } from "../lib/process.mjs";
import { run } from "../lib/wrk.mjs";
import { beforeSignIn, PROGRAM } from "../measured.mjs";

/** Attempts are counted before they are made, and all of these come from one address at once. */
const THROTTLE = "[throttle]\nper_address = 1000000";

function script({ csrfToken, cookie }, origin) {
  return `
    wrk.method = "POST"
    wrk.headers["Cookie"] = "${cookie}"
    wrk.headers["Origin"] = "${origin}"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    local number = 0
    request = function()
      number = number + 1
      return wrk.format(nil, nil, nil, "csrfToken=${csrfToken}&user=person-" .. number .. "&password=correct-horse&json=true")
    end`;
}

/** Kills the program as soon as the load ends; what was answered must be in the file all the same. */
async function round(ground, connections) {
  const gate = await ground.gate({ sections: THROTTLE });
  const origin = `http://127.0.0.1:${gate.port}`;
  const text = script(await beforeSignIn(gate.port), origin);
  const request = { port: gate.port, path: "/api/auth/callback/credentials", script: text, connections };
  await run(ground.folder, { ...request, seconds: 1 });
  const [before, cpu] = [await begun(gate), cpuMicros(gate.child.pid)];
  const figures = await run(ground.folder, { ...request, seconds: ground.seconds });
  const [all, micros] = [await begun(gate), (cpuMicros(gate.child.pid) - cpu) / figures.requests];
  await ground.stop(gate.child, "SIGKILL");
  // Those that wrk no longer waited for have begun too.
  if (figures.others > 0 || all - before < figures.requests) throw new Error(`${figures.requests} answers, ${all - before} sessions`);
  return { ...figures, micros, isDurable: kept(gate.file) >= all };
}

async function begun({ admin }) {
  const answer = await fetch(`http://127.0.0.1:${admin}/metrics`);
  return Number(/crossgate_sign_ins_total\{outcome="signed_in"\} (\d+)/.exec(await answer.text())?.[1] ?? 0);
}

/** How many sessions the store has, by the operator's own command. */
function kept(file) {
  const listed = execFileSync(PROGRAM, ["sessions", "list", "--config", file, "--json"], { maxBuffer: 1 << 30 });
  return JSON.parse(listed).length;
}

export async function measureSignIns(ground) {
  const rows = [];
  const figures = {};
  for (const connections of [1, 64, 256]) {
    const rounds = await ground.inRounds(`sign-ins, ${connections} at a time`, () => round(ground, connections));
    const of = (key, digits) => fixed(median(rounds.map((one) => one[key])), digits);
    const isDurable = rounds.every((one) => one.isDurable);
    rows.push([connections, of("perSecond", 0), of("p50", 2), of("p99", 2), of("micros", 0), isDurable ? "yes" : "**no**"]);
    figures[connections] = { rounds, perSecond: median(rounds.map((one) => one.perSecond)), isDurable };
  }
  const head = ["at a time", "sign-ins/s", "p50, ms", "p99, ms", "CPU of the gateway, µs each", "all there after SIGKILL"];
  return { markdown: table(head, rows), figures };
}
