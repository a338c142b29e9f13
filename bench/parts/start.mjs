// From the start of the program to its first answer, and its memory before anybody has asked.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { fixed, median, quantile, table } from "../lib/numbers.mjs";
import { freePort } from "../lib/ports.mjs";
import { residentKib } from "../lib/process.mjs";
import { configure, PROGRAM } from "../measured.mjs";

const answered = (port) =>
  new Promise((done) => {
    const request = get({ port, host: "127.0.0.1", path: "/", agent: false }, (answer) => answer.resume().on("end", () => done(true)));
    request.on("error", () => done(false));
  });

/** Milliseconds from the start to the first answer, and KiB that are resident then. */
async function start(file, port) {
  const began = performance.now();
  const child = spawn(PROGRAM, ["serve", "--config", file], { stdio: "ignore" });
  while (!(await answered(port))) if (child.exitCode !== null) throw new Error("the gateway ended");
  const figures = { milliseconds: performance.now() - began, kib: residentKib(child.pid) };
  child.kill("SIGTERM");
  await once(child, "exit");
  return figures;
}

/** A folder of its own for each: the first start makes the store and the keys, the second finds them. */
async function firstAndNext(ground) {
  const port = await freePort();
  const settings = { port, admin: await freePort(), upstream: ground.upstream, workers: 2 };
  const file = configure(ground.subfolder("start"), settings);
  return { first: await start(file, port), next: await start(file, port) };
}

/** Starts it several times. */
export async function measureStarts(ground) {
  const all = [];
  for (let round = 0; round < ground.rounds * 2; round += 1) all.push(await firstAndNext(ground));
  const of = (kind, key) => all.map((one) => one[kind][key]);
  const row = (kind, name) => {
    const times = of(kind, "milliseconds");
    return [name, fixed(median(times), 0), fixed(quantile(times, 1), 0), fixed(median(of(kind, "kib")) / 1024)];
  };
  const rows = [row("first", "with an empty folder"), row("next", "with a store and keys")];
  const figures = {
    all,
    empty: median(of("first", "milliseconds")),
    next: median(of("next", "milliseconds")),
    mib: median(of("first", "kib")) / 1024,
  };
  return { markdown: table(["", "to the first answer, ms, median", "most", "RSS then, MiB"], rows), figures };
}
