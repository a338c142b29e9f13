// What Linux knows of a process: `/proc` (man 5 proc).
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

const tickMicros = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"]).toString());

/** The process and all below it. */
export function tree(pid) {
  const children = spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().split("\n").filter(Boolean);
  return [String(pid), ...children.flatMap(tree)];
}

/** User and system time of a process and all below it, in microseconds. Counted by the kernel in ticks of 10 ms. */
export function cpuMicros(pid) {
  const ticks = tree(pid).map((id) => {
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, one) => sum + one, 0) * tickMicros;
}

/** Resident memory of a process and all below it, in KiB. */
export function residentKib(pid) {
  const sizes = tree(pid).map((id) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0));
  return sizes.reduce((sum, one) => sum + one, 0);
}

/** Resident memory in KiB, and threads, of one process. */
export function vitals(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { rss: field("VmRSS"), threads: field("Threads") };
}

/** The machine and how busy it is, in a line that stands beside figures. */
export function machine() {
  const [one, five] = loadavg().map((load) => load.toFixed(1));
  return `${cpus().length} × ${cpus()[0].model}, Node ${process.version}, load average ${one} (1 min), ${five} (5 min)`;
}
