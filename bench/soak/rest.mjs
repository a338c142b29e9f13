// A rest: nobody asks for anything, and everything that was open for somebody must be closed again.
import { setTimeout as wait } from "node:timers/promises";
import { descriptors } from "../lib/descriptors.mjs";

/**
 * As long as it may take: an idle connection of a client is kept for 10 s (`limits.head_timeout`), Node.js closes one of
 * its own after 5 s (`server.keepAliveTimeout`), and what it closed is looked for every 5 s.
 */
const PATIENCE = 20_000;
const STEP = 250;

/** Waits until no connection is open any more; gives what is, and how long it took. */
export async function rest(pid, ports) {
  const began = Date.now();
  let open = descriptors(pid, ports);
  while (open.client + open.upstream > 0 && Date.now() - began < PATIENCE) {
    await wait(STEP);
    open = descriptors(pid, ports);
  }
  return { ...open, milliseconds: Date.now() - began };
}
