// What a session in the cache takes.
import { fixed, median, table } from "../lib/numbers.mjs";
import { residentKib } from "../lib/process.mjs";
import { seed } from "../lib/seed.mjs";
import { loadAsPeople } from "../lib/wrk.mjs";

/** What the API receives, and what the login is told for it. */
const TOKENS = {
  api: 'login = { request = "POST /api/login", access_token = "/token" }',
  issued: 'login = { request = "POST /api/login" }',
};

/** Memory hardly differs from one time to the next, and each time is long. */
const ROUNDS = 3;
/** How many sessions are live at each look. */
const STEPS = [1000, 10_000, 51_000];

/** Everybody asks once, in turn; the gateway's memory when so many have. */
async function grow(ground, token) {
  const prepare = (folder) => seed(folder, { count: STEPS.at(-1) + ground.connections });
  const gate = await ground.gate({ token, credentials: TOKENS[token], prepare });
  const sizes = [];
  let asked = 0;
  for (const step of STEPS) {
    const request = { port: gate.port, pick: `${asked} + asked`, each: step - asked, connections: ground.connections };
    await loadAsPeople(ground.folder, { ...request, seconds: 600 });
    asked = step;
    sizes.push(residentKib(gate.child.pid));
  }
  await ground.stop(gate.child);
  return { mib: sizes.map((kib) => kib / 1024), bytes: ((sizes[2] - sizes[0]) * 1024) / (STEPS[2] - STEPS[0]) };
}

export async function measureMemory(ground) {
  const figures = {};
  const rows = [];
  for (const token of Object.keys(TOKENS)) {
    const rounds = await ground.inRounds(`memory, token = "${token}"`, () => grow(ground, token), ROUNDS);
    const bytes = median(rounds.map((one) => one.bytes));
    const mib = STEPS.map((_, index) => median(rounds.map((one) => one.mib[index])));
    rows.push([`\`token = "${token}"\``, ...mib.map((size) => fixed(size)), fixed(bytes, 0)]);
    figures[token] = { rounds, bytes, tenThousand: mib[1] };
  }
  const head = ["", ...STEPS.map((step) => `RSS with ${step} live sessions, MiB`), "bytes per session"];
  return { markdown: table(head, rows), figures };
}
