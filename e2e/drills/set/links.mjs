// Ways between gateways and servers, each a process of its own so that it is never slower than the network.
import { fork } from "node:child_process";
import { once } from "node:events";

export class Link {
  /** Leads to a server's port. */
  static async to(port) {
    const link = new Link();
    link.child = fork(new URL("link.mjs", import.meta.url), [String(port)]);
    const [said] = await once(link.child, "message");
    link.port = said.port;
    return link;
  }

  async #tell(word) {
    this.child.send(word);
    await once(this.child, "message");
  }

  /** Connections end at once, and new ones are refused. */
  break() {
    return this.#tell("break");
  }

  mend() {
    return this.#tell("mend");
  }

  stop() {
    this.child.kill("SIGKILL");
  }
}
