// The targets, in the order of bench/README.md: of each the figure that was measured, and whether it is met.
import { readdirSync, readFileSync } from "node:fs";
import { ratios } from "./compare.mjs";
import { fixed, median, quantile, table } from "./lib/numbers.mjs";

const micros = (cycles, name) => median(cycles.map((cycle) => cycle[name]?.micros));
const middle = (cycles, name, base) => quantile(ratios(cycles, name, base), 0.5);
const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

/** A figure of `get`: how many times more CPU somebody takes than Crossgate, in the same rounds. */
const times = (name, least) => (get) => {
  const factor = middle(get, name, "Crossgate");
  return { figure: `${fixed(factor, 0)} × (${fixed(micros(get, name), 0)} µs)`, isMet: factor >= least };
};

function instructions() {
  const { instructions: count } = read("instructions.json");
  return { figure: `${count}, as recorded`, isMet: count <= 56_000 };
}

function besideNginx(get) {
  const [low, mid, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios(get, "Crossgate"), q));
  return { figure: `${fixed(mid, 2)} (quartiles ${fixed(low, 2)}–${fixed(high, 2)})`, isMet: mid <= 1.15 };
}

function besideHaproxy(get) {
  const factors = ["HAProxy HS256", "HAProxy ES256"].map((name) => middle(get, "Crossgate", name));
  const [hs256, es256] = factors.map((factor) => fixed(factor, 2));
  return { figure: `${hs256} × HS256, ${es256} × ES256`, isMet: factors.every((factor) => factor < 1) };
}

/** The newest soak that was written down; it is a run of its own. */
function lastSoak() {
  const folder = new URL("results/", import.meta.url);
  const newest = readdirSync(folder).filter((name) => name.endsWith("-soak.json")).sort().at(-1);
  if (!newest) return undefined;
  const { minutes, isGood } = read(`results/${newest}`);
  return { figure: `${fixed(minutes, 0)} min: ${isGood ? "passed" : "failed"}`, isMet: minutes >= 30 && isGood };
}

/** Enough for two gateways, two generators and the upstream: with fewer, nobody can say what the second one brings. */
const ENOUGH_CORES = 5;

/** How the ratio of several stores stands to one bar. */
function atMost(most, ratios) {
  const figure = Object.entries(ratios).map(([store, ratio]) => `${store} ${fixed(ratio, 2)}`).join(", ");
  return { figure, isMet: Object.values(ratios).every((ratio) => ratio <= most) };
}

/**
 * `part`: what of `cargo xtask bench` it is taken from, and `beside` whom. A target without a bar is a figure only.
 */
const TARGETS = [
  { what: "CPU per authenticated request ≤ 1.15 × nginx bare", part: "get", beside: ["nginx bare"], judge: besideNginx },
  {
    what: "≤ 56,000 user-space instructions per request",
    command: "cargo xtask test --only instructions",
    judge: instructions,
  },
  {
    what: "less CPU than HAProxy with `jwt_verify`",
    part: "get",
    beside: ["HAProxy HS256", "HAProxy ES256"],
    judge: besideHaproxy,
  },
  {
    what: "≥ 10 × less CPU than Express, jose and http-proxy-middleware",
    part: "get",
    beside: ["Express"],
    judge: times("Express", 10),
  },
  {
    what: "≥ 50 × less CPU than a route handler of Next.js with next-auth",
    part: "get",
    beside: ["Next.js with next-auth"],
    judge: times("Next.js with next-auth", 50),
  },
  {
    what: "cold start to the first answer ≤ 50 ms",
    part: "start",
    judge: ({ empty, next }) => ({
      figure: `${fixed(empty, 0)} ms with an empty folder, ${fixed(next, 0)} ms with a store`,
      isMet: empty <= 50 && next <= 50,
    }),
  },
  {
    what: "idle start ≤ 15 MiB RSS",
    part: "start",
    judge: ({ mib }) => ({ figure: `${fixed(mib)} MiB, after the first answer`, isMet: mib <= 15 }),
  },
  {
    what: "1 M sessions in the store ≥ 0.95 × the throughput of 1 k",
    part: "sessions",
    judge: ({ same, more, anybody }) => ({
      figure: [
        ...same.map(({ count, ratio, cpu }) => `${fixed(ratio, 2)} with ${count} (CPU ${fixed(cpu, 2)} ×)`),
        `of those, ${fixed(more.ratio, 2)} where more ask than the same thousand, ${fixed(anybody.ratio, 2)} where anybody does`,
      ].join("; "),
      isMet: same.every(({ ratio }) => ratio >= 0.95),
    }),
  },
  {
    what: "≤ 1 KiB per cached session",
    part: "memory",
    judge: ({ api, issued }) => ({
      figure: `${fixed(api.bytes, 0)} bytes with the API's token, ${fixed(issued.bytes, 0)} with a signed one`,
      isMet: Math.max(api.bytes, issued.bytes) <= 1024,
    }),
  },
  {
    what: "10 k live sessions ≤ 30 MiB RSS",
    part: "memory",
    judge: ({ api, issued }) => {
      const most = Math.max(api.tenThousand, issued.tenThousand);
      return { figure: `${fixed(most)} MiB`, isMet: most <= 30 };
    },
  },
  {
    what: "streaming 1 GiB adds ≤ 8 MiB",
    part: "streaming",
    judge: ({ down, up }) => ({
      figure: `${fixed(down)} MiB in an answer, ${fixed(up)} MiB in a request`,
      isMet: down <= 8 && up <= 8,
    }),
  },
  {
    what: "latency added at half load: p50 ≤ 0.25 ms, p99 ≤ 1 ms",
    part: "latency",
    judge: ({ p50, p99 }) => ({ figure: `${fixed(p50, 2)} ms, ${fixed(p99, 2)} ms`, isMet: p50 <= 0.25 && p99 <= 1 }),
  },
  {
    what: "uploads of 1 MiB: CPU × nginx bare",
    part: "upload",
    beside: ["nginx bare"],
    judge: (upload) => ({
      figure: `${fixed(middle(upload, "Crossgate"), 2)} (${fixed(micros(upload, "Crossgate"), 0)} µs)`,
    }),
  },
  {
    what: "HTTP/2 from browsers: CPU × HTTP/1.1",
    part: "http2",
    judge: ({ single, shared }) => ({
      figure: `${fixed(single, 2)} with one request at a time on a connection, ${fixed(shared, 2)} with eight`,
    }),
  },
  {
    what: "sign-ins ≥ 2,000/s, durable on SQLite",
    part: "signins",
    judge: ({ 64: some, 256: many }) => ({
      figure: `${fixed(some.perSecond, 0)}/s, 64 at a time; ${fixed(many.perSecond, 0)}/s, 256 at a time`,
      isMet: Math.max(some.perSecond, many.perSecond) >= 2000 && some.isDurable && many.isDurable,
    }),
  },
  {
    what: "refresh storm: one refresh for each session",
    part: "storm",
    judge: ({ calls, people, each, isExact }) => ({
      figure: `${calls} for ${people} sessions with ${each} requests each`,
      isMet: isExact,
    }),
  },
  {
    what: "CPU per request of three processes on one store ≤ 1.05 × one",
    part: "processes",
    judge: ({ three, apart }) => {
      const { figure, isMet } = atMost(1.05, three);
      return { figure: `${figure}; ${fixed(apart, 2)} where each has a file of its own`, isMet };
    },
  },
  {
    what: "CPU per request with PostgreSQL or Valkey ≤ 1.05 × SQLite",
    part: "processes",
    judge: ({ servers }) => atMost(1.05, servers),
  },
  {
    what: "two processes ≥ 1.8 × the requests of one, where cores allow",
    part: "processes",
    judge: ({ two, cores }) => ({
      figure: `${fixed(two, 2)} on ${cores} cores, which they share with two generators and the upstream`,
      isMet: cores < ENOUGH_CORES ? undefined : two >= 1.8,
    }),
  },
  {
    what: "a million sessions in each store: bytes of one, p99 of loading it",
    part: "stores",
    judge: ({ stores }) => ({
      figure: Object.entries(stores)
        .map(([store, { memory, disk, load }]) => `${store} ${fixed(memory || disk, 0)} bytes, ${fixed(load.p99, 2)} ms`)
        .join("; "),
    }),
  },
  { what: "a soak of 30 minutes, flat, no unexplained 5xx", command: "cargo xtask soak", judge: lastSoak },
];

/** Whether there is what it takes to judge a target. */
function isMeasured(figures, { part, beside }) {
  if (!part) return true;
  return Boolean(figures[part]) && (beside ?? []).every((name) => figures[part][0][name] && figures[part][0].Crossgate);
}

function row(figures, target) {
  const { what, part, command = `cargo xtask bench --only ${part}`, judge } = target;
  const judged = isMeasured(figures, target) ? judge(figures[part]) : undefined;
  const met = judged?.isMet === undefined ? "–" : judged.isMet ? "yes" : "**no**";
  return [what, judged?.figure ?? "not measured", `\`${command}\``, met];
}

/** All of them, as far as they were measured. */
export function targets(figures) {
  return table(["target", "figure", "command", "met"], TARGETS.map((target) => row(figures, target)));
}
