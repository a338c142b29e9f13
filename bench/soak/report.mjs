// What a soak saw, and whether that is well.
import { fixed, median, quantile, table } from "../lib/numbers.mjs";

/** Growth from the first third to the last that is no leak. */
const SLACK = { rss: (first) => first * 1.05 + 1024, descriptors: (first) => first * 1.1 + 8, threads: (first) => first };
const UNITS = { rss: "RSS, KiB", descriptors: "descriptors", threads: "threads" };

export class Notes {
  samples = [];
  /** How many answers there were of each status. */
  statuses = new Map();
  failures = [];
  faults = 0;

  constructor(upstreams) {
    this.upstreams = upstreams;
  }

  /** An answer; those that failed are kept. 401 is right only where it is expected. */
  answer({ status, code, path, at, expected }) {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500 || (status >= 400 && status !== expected)) this.failures.push({ status, code, path, at });
  }

  /** A visit that could not be made at all. */
  fault(error) {
    this.failures.push({ status: 0, code: error.cause?.code ?? error.message, path: "a visit", at: Date.now() });
  }

  sample(vitals) {
    this.samples.push(vitals);
  }

  /** A failure has a reason where an upstream was away and the gateway says so. */
  isExplained({ status, code, at }) {
    const isAway = this.upstreams.some((upstream) => upstream.isAway(at));
    return isAway && status >= 500 && /^(upstream|sign_in)_/.test(code ?? "");
  }
}

/** The medians of the first and of the last third of the samples. */
function thirds(samples, key) {
  const third = Math.floor(samples.length / 3);
  const values = samples.map((sample) => sample[key]);
  return { first: median(values.slice(0, third)), last: median(values.slice(-third)), most: quantile(values, 1) };
}

function vital(samples, key) {
  const { first, last, most } = thirds(samples, key);
  const isFlat = last <= SLACK[key](first);
  return { row: [UNITS[key], first, last, most, isFlat ? "flat" : "**grows**"], isFlat };
}

function counted(failures) {
  const groups = new Map();
  failures.forEach(({ status, code, path }) => {
    const key = `${status} ${code ?? "without a code"} (${path})`;
    groups.set(key, (groups.get(key) ?? 0) + 1);
  });
  return [...groups].map(([key, count]) => [key, count]);
}

/** The report in Markdown, everything in numbers, and whether all is well. */
export function report({ notes, broken, rate, most, minutes, isAlive }, machine) {
  const vitals = Object.keys(UNITS).map((key) => vital(notes.samples, key));
  const unexplained = notes.failures.filter((failure) => !notes.isExplained(failure));
  const explained = notes.failures.filter((failure) => notes.isExplained(failure));
  const restarts = notes.upstreams.map(({ name, windows }) => `${windows.length} of the ${name}`).join(", ");
  const answers = [...notes.statuses.values()].reduce((sum, one) => sum + one, 0);
  const isGood = isAlive && unexplained.length === 0 && vitals.every(({ isFlat }) => isFlat);
  const markdown = [
    `${fixed(minutes)} min at ${fixed(rate, 0)} requests/s, half of ${fixed(most, 0)}; ${answers} answers, ${broken} broken clients, restarts: ${restarts}. ${machine}.`,
    table(["", "first third, median", "last third, median", "most", ""], vitals.map(({ row }) => row)),
    table(["answers", "count"], [...notes.statuses].sort(([one], [other]) => one - other)),
    table(["failed while an upstream was away, as it should", "count"], counted(explained)),
    unexplained.length === 0 ? "Nothing failed without a reason." : table(["failed **without a reason**", "count"], counted(unexplained)),
    isAlive ? "" : "**The gateway ended.**",
  ].filter(Boolean).join("\n\n");
  const windows = Object.fromEntries(notes.upstreams.map(({ name, windows: all }) => [name, all]));
  return { markdown, isGood, figures: { machine, minutes, rate, most, broken, samples: notes.samples, windows, unexplained: unexplained.slice(0, 1000) } };
}
