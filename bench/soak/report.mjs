// What a soak saw, and whether that is well.
import { fixed, median, quantile, table } from "../lib/numbers.mjs";

/** Growth from the first third to the last that is no leak. */
const SLACK = { rss: (first) => first * 1.05 + 1024, threads: (first) => first };
const UNITS = { rss: "RSS, KiB", threads: "threads" };
const KINDS = {
  client: "connections of clients",
  upstream: "connections to upstreams",
  listener: "listeners",
  file: "files",
  other: "other descriptors",
};

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

/** Of each kind of descriptor: under load at most, and at rest, where nothing may be left. */
function kind(notes, key) {
  const [before, ...after] = notes.rests.map((open) => open[key]);
  const most = quantile(notes.samples.map((sample) => sample[key]), 1);
  const left = quantile(after, 1);
  const isFlat = left <= before;
  return { row: [KINDS[key], most, before, left, isFlat ? "flat" : "**left behind**"], isFlat };
}

function counted(failures) {
  const groups = new Map();
  failures.forEach(({ status, code, path }) => {
    const key = `${status} ${code ?? "without a code"} (${path})`;
    groups.set(key, (groups.get(key) ?? 0) + 1);
  });
  return [...groups];
}

function judge({ notes, log, isAlive }) {
  const vitals = Object.keys(UNITS).map((key) => vital(notes.samples, key));
  const kinds = Object.keys(KINDS).map((key) => kind(notes, key));
  const unexplained = notes.failures.filter((failure) => !notes.isExplained(failure));
  const isFlat = [...vitals, ...kinds].every((one) => one.isFlat);
  return { vitals, kinds, unexplained, isGood: isAlive && isFlat && unexplained.length === 0 && log.grave.length === 0 };
}

function closed(notes) {
  const after = notes.closings.map(({ idle }) => idle);
  if (after.length === 0) return "No kept connection was closed under a request.";
  const [least, most] = [0, 1].map((q) => fixed(quantile(after, q) / 1000));
  const what = "requests met a kept connection that was just being closed";
  return `${after.length} ${what}, unused for ${least} to ${most} s, and were sent again.`;
}

function opening({ notes, broken, first, rate, most, minutes }, machine) {
  const restarts = notes.upstreams.map(({ name, windows }) => `${windows.length} of the ${name}`).join(", ");
  const answers = [...notes.statuses.values()].reduce((sum, one) => sum + one, 0);
  const pace = `${fixed(minutes)} min at ${fixed(rate, 0)} requests/s, half of ${fixed(most, 0)}`;
  const what = `${answers} answers, ${broken} broken clients, ${notes.rests.length - 1} rests, restarts: ${restarts}`;
  return `${pace}, after ${first} people had come and gone; ${what}. ${machine}.`;
}

const rowsOf = (all) => all.map(({ row }) => row);
const unless = (isEmpty, instead, head, rows) => (isEmpty ? instead : table(head, rows));

function tables({ notes, log, isAlive }, { vitals, kinds, unexplained }) {
  const explained = notes.failures.filter((failure) => notes.isExplained(failure));
  const failed = ["failed **without a reason**", "count"];
  const lines = ["lines of the log **without a reason**"];
  return [
    table(["", "first third, median", "last third, median", "most", ""], rowsOf(vitals)),
    table(["", "under load, most", "at rest before the load", "at a rest after it, most", ""], rowsOf(kinds)),
    table(["answers", "count"], [...notes.statuses].sort(([one], [other]) => one - other)),
    closed(notes),
    table(["failed while an upstream was away, as it should", "count"], counted(explained)),
    unless(unexplained.length === 0, "Nothing failed without a reason.", failed, counted(unexplained)),
    table(["the gateway's log", "lines"], log.counts),
    unless(log.grave.length === 0, "No error in the log is without a reason.", lines, log.grave.map((line) => [line])),
    isAlive ? "" : "**The gateway ended.**",
  ].filter(Boolean);
}

/** The report in Markdown, everything in numbers, and whether all is well. */
export function report(outcome, machine) {
  const { notes, broken, rate, most, minutes, log } = outcome;
  const judged = judge(outcome);
  const verdict = judged.isGood ? "**Passed.**" : "**Failed.**";
  const markdown = [opening(outcome, machine), ...tables(outcome, judged), verdict].join("\n\n");
  const windows = Object.fromEntries(notes.upstreams.map(({ name, windows: all }) => [name, all]));
  const { samples, rests, closings } = notes;
  const figures = { machine, minutes, rate, most, broken, isGood: judged.isGood, samples, rests, windows, closings, log };
  return { markdown, isGood: judged.isGood, figures: { ...figures, unexplained: judged.unexplained.slice(0, 1000) } };
}
