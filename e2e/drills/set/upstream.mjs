// The API's process, and what it is told and asked.
import { fork } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../../bench/lib/ports.mjs";

export class Upstream {
  asked = 0;

  async start() {
    this.port = await freePort();
    this.child = fork(new URL("api.mjs", import.meta.url), [String(this.port)]);
    await once(this.child, "message");
  }

  async #exchange(message) {
    const id = (this.asked += 1);
    const answered = new Promise((done) => {
      const take = (answer) => {
        if (answer.id !== id) return;
        this.child.off("message", take);
        done(answer.counts);
      };
      this.child.on("message", take);
    });
    this.child.send({ id, ...message });
    return answered;
  }

  /** Changes how it behaves from now on. */
  behave(set) {
    return this.#exchange({ set });
  }

  /** How many refresh tokens were used, how many calls that took, and how often the one that came most often. */
  counts() {
    return this.#exchange({});
  }

  stop() {
    this.child?.kill("SIGKILL");
  }
}
