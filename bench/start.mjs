// From the start of the program to its first answer, and its memory before anybody has asked.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { fixed, median, quantile, table } from "./lib/numbers.mjs";
import { residentKib } from "./lib/process.mjs";
import { configure, freePort, PROGRAM } from "./measured.mjs";

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
async function firstAndNext(folder, upstream) {
  const port = await freePort();
  const own = mkdtempSync(join(folder, "start-"));
  const file = configure(own, { port, admin: await freePort(), upstream, workers: 2 });
  return { first: await start(file, port), next: await start(file, port) };
}

/** Starts it several times; gives the figures and a table. */
export async function starts(folder, { upstream, rounds }) {
  const all = [];
  for (let round = 0; round < rounds * 2; round += 1) all.push(await firstAndNext(folder, upstream));
  const row = (kind, name) => {
    const [times, sizes] = ["milliseconds", "kib"].map((key) => all.map((one) => one[kind][key]));
    return [name, fixed(median(times), 0), fixed(quantile(times, 1), 0), fixed(median(sizes) / 1024)];
  };
  const rows = [row("first", "with an empty folder"), row("next", "with a store and keys")];
  return { all, table: table(["", "to the first answer, ms, median", "most", "RSS then, MiB"], rows) };
}
