// One connection after the other request: raw bytes out, a whole answer back.
import { connect } from "node:net";
import { Malformed, answerIn } from "../../edge/support/wire.js";

/** Who neither answers nor closes meanwhile hangs, and that is a finding. */
const LONGEST_WAIT = 30_000;

/** The request of a case as bytes. */
export function requestOf({ method, target, headers, body }, host) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = method === "GET" || method === "HEAD" ? "" : `Content-Length: ${Buffer.byteLength(body, "latin1")}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines}${length}\r\n${body}`;
}

/** Redirections inside the app: to a slash at the end, or to what `_rsc` should be. */
const isFollowed = ({ status, location }) => [307, 308].includes(status) && location?.startsWith("/") && !location.includes("/api/auth/");

/** Asks, and once more where the app says so; gives all answers. */
export async function askAsBrowser(client, request, host) {
  const answer = await client.ask(requestOf(request, host), request.method);
  if (!isFollowed(answer)) return [answer];
  const next = { ...request, target: answer.location };
  return [answer, await client.ask(requestOf(next, host), next.method)];
}

/** A connection that is opened where it is needed and lasts as long as the other side lets it. */
export class Client {
  #port;
  #socket = null;
  #received = "";
  #done = null;
  #method = "GET";

  constructor(port) {
    this.#port = port;
  }

  /** Gives `{ status, text }`: all bytes of the answer, with its chunks put together. */
  async ask(request, method) {
    const isReused = this.#socket !== null && !this.#socket.destroyed;
    const answer = await this.#once(request, method);
    // A connection may have ended while nobody asked.
    return answer.text === "" && isReused ? this.#once(request, method) : answer;
  }

  close() {
    this.#socket?.destroy();
  }

  #once(request, method) {
    return new Promise((resolve) => {
      if (this.#socket === null || this.#socket.destroyed) this.#open();
      this.#received = "";
      this.#method = method;
      const timer = setTimeout(() => this.#finish({ status: 0, text: this.#received, hangs: true }), LONGEST_WAIT);
      this.#done = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#socket.write(request, "latin1");
    });
  }

  #open() {
    const socket = connect(this.#port, "127.0.0.1").setNoDelay();
    socket.on("error", () => {});
    socket.on("close", () => socket === this.#socket && this.#read(true));
    socket.on("data", (bytes) => {
      this.#received += bytes.toString("latin1");
      this.#read(false);
    });
    this.#socket = socket;
  }

  #read(hasEnded) {
    if (!this.#done) return;
    try {
      const answer = this.#received === "" ? null : answerIn(this.#received, this.#method, hasEnded);
      if (answer) return this.#finish(wholeOf(answer));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return this.#finish({ status: 0, text: this.#received });
    }
    if (hasEnded) this.#finish({ status: 0, text: this.#received });
  }

  #finish(answer) {
    const done = this.#done;
    this.#done = null;
    if (answer.status === 0 || answer.closes) this.#socket.destroy();
    done?.(answer);
  }
}

function wholeOf({ status, headers, body }) {
  const find = (name) => headers.find(([other]) => other === name)?.[1];
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  return { status, location: find("location"), closes: find("connection") === "close", text: `${lines}\n\n${body}` };
}
