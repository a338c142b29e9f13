// What this process keeps. Next.js may evaluate a module several times, once per bundle, so it hangs on the process.
import type { JWTVerifyGetKey } from "jose";

/** What is kept. */
export interface ProcessState {
  /** Key sets by where they are from. */
  readonly keySets: Map<string, JWTVerifyGetKey>;
  /** What the operator was told already. */
  readonly warnings: Set<string>;
}

const NAME = Symbol.for("@crossgate/next");

/** The one state of this process, made when it is first needed. */
export function processState(): ProcessState {
  const holder = globalThis as { [NAME]?: ProcessState };
  return (holder[NAME] ??= { keySets: new Map(), warnings: new Set() });
}
