// Sessions that were not signed in one by one: crates/store-sqlite/examples/seed.rs.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { SECRET, STORE } from "../measured.mjs";

const PROGRAM = process.env.CROSSGATE_SEED ?? new URL("../../target/release/examples/seed", import.meta.url).pathname;

/** Puts sessions with the numbers from `first` on into the store in a folder, which nobody has open. */
export function seed(folder, { first = 0, count, state = "fresh" }) {
  execFileSync(PROGRAM, [join(folder, STORE), SECRET, String(first), String(count), state], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The cookie of such a session. */
export const cookieOf = (number) => `crossgate=${String(number).padStart(42, "0")}A`;
