// Work at a pace of its own, whatever becomes of it.
import { setTimeout as wait } from "node:timers/promises";

/** Begins work so often per second, whether it ends or not, until `until`. At most `most` are under way at a time. */
export async function paced({ rate, until, most }, work) {
  const began = Date.now();
  let [begun, open] = [0, 0];
  while (Date.now() < until()) {
    const due = ((Date.now() - began) / 1000) * rate - begun;
    for (let left = Math.floor(due); left > 0; left -= 1, begun += 1) {
      if (open >= most) continue;
      open += 1;
      work().finally(() => (open -= 1));
    }
    await wait(2);
  }
  while (open > 0) await wait(20);
}

/** Does something from time to time, one after the other, until `until`. */
export async function every(milliseconds, until, work) {
  while (Date.now() < until()) {
    const due = Date.now() + milliseconds;
    await work();
    await wait(Math.max(0, Math.min(due, until()) - Date.now()));
  }
}
