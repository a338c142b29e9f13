// An upstream that notes every request as it came, and answers it. Whoever stands before it, what reaches it is the
// meaning that they found.
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { Malformed, requestIn } from "./wire.js";

/** The target of the request that ends every case, and what its answer says. */
export const LAST = "/last";
export const LAST_ANSWER = "this was the last one";

function bodyFor(target) {
  return target.endsWith(LAST) ? LAST_ANSWER : "noted";
}

function answerTo(request) {
  const body = bodyFor(request.target);
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  return head + (request.method === "HEAD" ? "" : body);
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

/** Notes and answers all complete requests at the front of `text`; gives the rest. */
function serve(text, socket, seen) {
  let rest = text;
  for (let request = requestIn(rest); request; request = rest === "" ? null : requestIn(rest)) {
    seen.push({ ...request, bytes: rest.slice(0, request.end) });
    socket.write(answerTo(request), "latin1");
    rest = rest.slice(request.end);
  }
  return rest;
}

/** Some senders wait to be asked for a body (RFC 9110 §10.1.1). */
function askForBody(text, socket) {
  if (/^[^]*?\r\nexpect: *100-continue\r\n[^]*?\r\n\r\n$/i.test(text)) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
}

function follow(socket, seen) {
  let text = "";
  socket.setNoDelay();
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    try {
      text = serve(text + bytes.toString("latin1"), socket, seen);
      askForBody(text, socket);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      seen.push({ malformed: error.message, bytes: text + bytes.toString("latin1") });
      socket.destroy();
    }
  });
}

function recorder(server, seen, port) {
  return { port, take: () => seen.splice(0), close: () => server.close() };
}

/** A recorder that reads strictly. */
export async function startRecorder() {
  const seen = [];
  const server = createServer((socket) => follow(socket, seen));
  return recorder(server, seen, await listen(server));
}

function pairs(raw) {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1]]] : []));
}

/** It has its place when its head is read, because the next one may be there before its body. */
async function note(request, response, seen) {
  const noted = { method: request.method, target: request.url, headers: pairs(request.rawHeaders), body: "" };
  seen.push(noted);
  for await (const bytes of request.setEncoding("latin1")) noted.body += bytes;
  noted.isComplete = true;
  response.end(bodyFor(request.url));
}

/** A recorder that reads as Node does, with llhttp: what Next.js and Express stand on. */
export async function startNode() {
  const seen = [];
  const server = createHttpServer((request, response) => {
    note(request, response, seen).catch(() => response.destroy());
  });
  const node = recorder(server, seen, await listen(server));
  return { ...node, take: () => node.take().filter(({ isComplete }) => isComplete) };
}
