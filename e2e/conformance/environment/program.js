// A program in a process of its own, and what it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class Program {
  constructor(name, command, args, options) {
    this.name = name;
    this.lines = [];
    this.waiting = [];
    this.child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.child, "exit").then(() => this.#end());
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.#hear(line));
    }
  }

  #hear(line) {
    this.lines.push(line);
    this.waiting = this.waiting.filter(({ pattern, resolve }) => {
      const match = pattern.exec(line);
      if (match) resolve(match);
      return !match;
    });
  }

  #end() {
    const last = this.lines.slice(-30).join("\n");
    for (const { reject } of this.waiting) reject(new Error(`${this.name} ended:\n${last}`));
    this.waiting = [];
  }

  /** The first line that fits, said already or to come. */
  async heard(pattern) {
    const match = this.lines.map((line) => pattern.exec(line)).find(Boolean);
    if (match) return match;
    if (this.child.exitCode !== null) throw new Error(`${this.name} ended:\n${this.lines.slice(-30).join("\n")}`);
    return new Promise((resolve, reject) => this.waiting.push({ pattern, resolve, reject }));
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    await this.ended;
  }
}
