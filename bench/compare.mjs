// One kind of request at everybody who is measured, in turn within the same seconds.
import { fixed, median, quantile, table } from "./lib/numbers.mjs";
import { cpuMicros, residentKib } from "./lib/process.mjs";
import { load } from "./lib/wrk.mjs";
import { NAMES } from "./peers/all.mjs";

/** All ratios are to this one. */
const BASE = "nginx bare";

function headersFor(peer, work) {
  if (work.isAnonymous) return {};
  return work.method === "POST" ? (peer.changing ?? peer.headers) : peer.headers;
}

async function measure(ground, peer, work) {
  const { folder, seconds, connections } = ground;
  const before = cpuMicros(peer.child.pid);
  const figures = await load(folder, { ...work, port: peer.port, headers: headersFor(peer, work), seconds, connections });
  const micros = (cpuMicros(peer.child.pid) - before) / figures.requests;
  return { ...figures, micros, rss: residentKib(peer.child.pid) / 1024 };
}

async function allOf(ground, peers, work) {
  const figures = {};
  for (const peer of peers) figures[peer.name] = await measure(ground, peer, work);
  return figures;
}

/** Every peer once per round; who begins changes, so that nobody is always measured first. */
export async function inTurn(ground, peers, work) {
  const taking = peers.filter((peer) => !work.only || work.only.includes(peer.name));
  await allOf(ground, taking, work);
  return ground.inRounds(work.what, (round) => {
    const first = round % taking.length;
    return allOf(ground, [...taking.slice(first), ...taking.slice(0, first)], work);
  });
}

/** By how much more CPU a request costs one than another, round by round. */
export const ratios = (cycles, name, base = BASE) => cycles.map((cycle) => cycle[name]?.micros / cycle[base]?.micros);

/** Nothing where nginx does not do such work. */
function ratio(cycles, name) {
  if (name === "direct" || !cycles[0][BASE]) return "–";
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => fixed(quantile(ratios(cycles, name), q), 2));
  return `**${middle}** (${low}–${high})`;
}

const HEAD = ["", "requests/s", "p50, ms", "p99, ms", "CPU of the proxy, µs per request",
  "× nginx bare, paired (quartiles)", "RSS, MiB"];

export function summary(cycles) {
  const rows = Object.keys(cycles[0]).map((name) => {
    const of = (key, digits) => fixed(median(cycles.map((cycle) => cycle[name][key])), digits);
    const micros = name === "direct" ? "–" : of("micros", 1);
    return [name, of("perSecond", 0), of("p50", 2), of("p99", 2), micros, ratio(cycles, name), of("rss", 1)];
  });
  return table(HEAD, rows.sort(([one], [other]) => NAMES.indexOf(one) - NAMES.indexOf(other)));
}
