// A request in pieces, so that mutations can spoil any of them.
import { LAST } from "../support/recorder.js";

/** What nobody may ever take for a request of its own: it stands inside bodies and values. */
export const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

function chunked(random, body) {
  const cut = 1 + random.below(body.length - 1);
  return [body.slice(0, cut), body.slice(cut)].map((data) => ({ size: data.length.toString(16), data, end: "\r\n" }));
}

function common(host) {
  return [
    ["Host", host],
    ["Origin", `http://${host}`],
    ["Accept", "application/json"],
    ["X-Note", "one"],
  ];
}

/** An honest request of one of five kinds. `lines` are `[name, value, separator?]`. */
export function honestRequest(random, host) {
  const kind = random.pick(["get", "get", "head", "length", "length", "chunks", "chunks", "empty"]);
  const request = { method: "GET", target: "/page", version: "HTTP/1.1", spaces: [" ", " "], ends: ["\r\n"] };
  Object.assign(request, { before: "", lines: common(host), raw: null, chunks: null, trailers: "", after: "", host });
  if (kind === "head") request.method = "HEAD";
  if (kind !== "get" && kind !== "head") request.method = random.pick(["POST", "PUT", "PATCH", "DELETE"]);
  if (kind === "length") request.raw = SMUGGLED;
  if (kind === "empty") request.raw = "";
  if (request.raw !== null) request.lines.push(["Content-Length", String(request.raw.length)]);
  if (kind === "chunks") {
    request.lines.push(["Transfer-Encoding", "chunked"]);
    request.chunks = chunked(random, SMUGGLED);
  }
  return request;
}

function bodyText({ chunks, raw, last = "0\r\n", trailers }) {
  if (!chunks) return raw ?? "";
  const parts = chunks.map(({ size, data, end, line = "\r\n" }) => `${size}${line}${data}${end}`);
  return `${parts.join("")}${last}${trailers}\r\n`;
}

/** The bytes of it, one character each. */
export function bytesOf(request) {
  const { method, target, version, spaces, ends, before, lines, after, headEnd = "\r\n" } = request;
  const [first, ...others] = ends;
  const texts = lines.map(([name, value, separator = ": "], at) => `${name}${separator}${value}${others[at] ?? "\r\n"}`);
  const head = `${before}${method}${spaces[0]}${target}${spaces[1]}${version}${first}${texts.join("")}${headEnd}`;
  return head + bodyText(request) + after;
}

/** The honest request that ends every case, so that one knows when there is nothing more to come. */
export function lastRequest(host) {
  return `GET ${LAST} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

/** Sets a header where the request has it, and adds it where it has not. */
export function setLine(request, name, ...rest) {
  const found = request.lines.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
  request.lines.splice(found < 0 ? request.lines.length : found, found < 0 ? 0 : 1, [name, ...rest]);
}

export function addLine(request, random, ...line) {
  request.lines.splice(random.below(request.lines.length + 1), 0, line);
}

/** Lets the request have a chunked body, whatever it had. */
export function withChunks(request, random) {
  if (request.chunks) return request.chunks;
  request.lines = request.lines.filter(([name]) => name !== "Content-Length");
  request.lines.push(["Transfer-Encoding", "chunked"]);
  Object.assign(request, { method: "POST", raw: null, chunks: chunked(random, SMUGGLED) });
  return request.chunks;
}
