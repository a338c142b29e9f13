// What the gateway adds to the time of an answer at half of what it can do.
import { fixed, median, table } from "../lib/numbers.mjs";
import { load, paced } from "../lib/h2load.mjs";
import { signIn } from "../measured.mjs";

const CONNECTIONS = 32;

/** One after the other, so that both have the same generator at the same pace, and the same noise of the machine. */
async function pair(ground, [direct, through]) {
  const pace = { seconds: ground.seconds, connections: CONNECTIONS, perSecond: ground.pace };
  const alone = await paced(ground.folder, { ...direct, ...pace });
  const behind = await paced(ground.folder, { ...through, ...pace });
  return { direct: alone, through: behind, p50: behind.p50 - alone.p50, p99: behind.p99 - alone.p99 };
}

export async function measureLatency(ground) {
  const gate = await ground.gate();
  const headers = { Cookie: `theme=dark; ${await signIn(gate.port)}` };
  const targets = [ground.upstream, gate.port].map((port) => ({ port, path: "/api/orders", headers }));
  const most = await load({ ...targets[1], seconds: ground.seconds, connections: CONNECTIONS });
  const pace = most.perSecond / 2;
  // The first pair only warms both up.
  await pair({ ...ground, pace }, targets);
  const pairs = await ground.inRounds("latency", () => pair({ ...ground, pace }, targets));
  await ground.stop(gate.child);
  const of = (pick) => fixed(median(pairs.map(pick)), 2);
  const row = (name, pick) => [name, of((one) => pick(one).p50), of((one) => pick(one).p99)];
  const rows = [row("direct", (one) => one.direct), row("through the gateway", (one) => one.through), row("added, paired", (one) => one)];
  const added = { p50: median(pairs.map((one) => one.p50)), p99: median(pairs.map((one) => one.p99)) };
  const note = `${fixed(pace, 0)} requests/s, half of ${fixed(most.perSecond, 0)}; ${CONNECTIONS} connections of h2load.`;
  return { markdown: `${note}\n\n${table(["", "p50, ms", "p99, ms"], rows)}`, figures: { pairs, pace, ...added } };
}
