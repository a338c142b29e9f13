#!/usr/bin/env node
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { findProgram } from "../lib/find-program.js";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

function program() {
  try {
    const { resolve } = createRequire(import.meta.url);
    return findProgram({ platform: process.platform, arch: process.arch, environment: process.env, resolve });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches the program by itself; whoever stops this process alone means the program.
for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`The program cannot be started: ${error.message}`);
  process.exit(1);
});
// As a shell reports it.
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
