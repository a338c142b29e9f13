// One request as browsers make it: over a kept connection, and once more over a new one where the kept one was closed.
import { Agent, request } from "node:http";

/** Methods that may be sent again without asking anybody (RFC 9110 §9.2.2). */
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

/** Connections that remember when they were last used. */
export function keptConnections(maxSockets) {
  const agent = new Agent({ keepAlive: true, maxSockets });
  agent.on("free", (socket) => (socket.idleSince = Date.now()));
  return agent;
}

/** The code of a refusal. A sign-in that cannot be judged answers as next-auth does: with its error page's address. */
function codeOf(bytes) {
  try {
    const { error, url } = JSON.parse(bytes.toString());
    return error ?? (url?.includes("/error?error=") ? "sign_in_unavailable" : undefined);
  } catch {
    return undefined;
  }
}

/** What is read of an answer: refusals, and all where somebody wants to see it. */
const isRead = (answer, isWanted) => isWanted || answer.statusCode >= 500;

/** One attempt. An error after the answer began is one that broke off; `idle`: how long a kept connection was unused. */
function attempt(agent, port, path, { cookie = "", method = "GET", headers = {}, body = "", isRead: isWanted = false }) {
  return new Promise((done) => {
    const all = { cookie, accept: "application/json", ...headers };
    const options = { agent, port, host: "127.0.0.1", path, method, headers: all };
    const failed = (what, idle) => (error) => done({ status: 0, code: `${what} (${error.code})`, path, at: Date.now(), idle });
    const sent = request(options, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => isRead(answer, isWanted) && chunks.push(chunk));
      answer.on("error", failed("an answer broke off"));
      answer.on("end", () => {
        const bytes = Buffer.concat(chunks);
        done({ status: answer.statusCode, code: codeOf(bytes), path, at: Date.now(), headers: answer.headers, bytes });
      });
    });
    let idle;
    sent.on("socket", (socket) => (idle = sent.reusedSocket ? Date.now() - socket.idleSince : undefined));
    sent.on("error", (error) => failed("no answer", idle)(error)).end(body);
  });
}

/**
 * Gives status, code of a refusal (docs/reference/error-codes.md), and when. A server may close a kept connection just
 * when a request leaves (RFC 9112 §9.3.1): then it is sent again, and `closedAfter` says how long the first was unused.
 * `isRead`: whether `bytes` has the whole body, and not only that of a 5xx.
 */
export async function ask(agent, port, path, options = {}) {
  const first = await attempt(agent, port, path, options);
  if (first.status !== 0 || first.idle === undefined || !IDEMPOTENT.includes(options.method ?? "GET")) return first;
  const fresh = new Agent({ keepAlive: false });
  return { ...(await attempt(fresh, port, path, options)), closedAfter: first.idle };
}
