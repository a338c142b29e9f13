// HTTP/1.1 messages read strictly (RFC 9112): the measure that others are held to. Text is latin1, one character a byte.

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export class Malformed extends Error {}

function check(holds, what) {
  if (!holds) throw new Malformed(what);
}

function headerOf(line) {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon);
  check(colon > 0 && TOKEN.test(name), "header name");
  check(VALUE.test(line.slice(colon + 1)), "header value");
  return [name.toLowerCase(), line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "")];
}

export function valuesOf(headers, name) {
  return headers.filter(([other]) => other === name).map(([, value]) => value);
}

/** How the body is delimited (RFC 9112 §6.3): a number of bytes, "chunked", or null where nothing says it. */
function framingOf(headers) {
  const codings = valuesOf(headers, "transfer-encoding");
  const lengths = valuesOf(headers, "content-length");
  check(codings.length + lengths.length <= 1, "more than one framing");
  if (codings.length === 1) {
    check(codings[0].toLowerCase() === "chunked", "transfer coding");
    return "chunked";
  }
  if (lengths.length === 0) return null;
  check(/^[0-9]{1,15}$/.test(lengths[0]), "content length");
  return Number(lengths[0]);
}

/** A line and where the next one begins; null while its end has not come. */
function lineAt(text, start) {
  const end = text.indexOf("\n", start);
  const seen = text.slice(start, end < 0 ? text.length : end);
  if (end < 0) return null;
  check(seen.endsWith("\r") && !seen.slice(0, -1).includes("\r"), "line ending");
  return { line: seen.slice(0, -1), next: end + 1 };
}

function trailersAt(text, start) {
  for (let at = start; ; ) {
    const found = lineAt(text, at);
    if (!found) return null;
    if (found.line === "") return found.next;
    headerOf(found.line);
    at = found.next;
  }
}

/** A chunked body (RFC 9112 §7.1): what it says and where it ends; null while it is not complete. */
function chunksAt(text, start) {
  let body = "";
  for (let at = start; ; ) {
    const found = lineAt(text, at);
    if (!found) return null;
    check(/^[0-9A-Fa-f]{1,15}(;[\t\x20-\x7e\x80-\xff]*)?$/.test(found.line), "chunk size");
    const size = Number.parseInt(found.line, 16);
    if (size === 0) {
      const end = trailersAt(text, found.next);
      return end === null ? null : { body, end };
    }
    const end = found.next + size;
    if (text.length < end + 2) return null;
    check(text.slice(end, end + 2) === "\r\n", "end of a chunk");
    body += text.slice(found.next, end);
    at = end + 2;
  }
}

function bodyAt(text, start, framing) {
  if (framing === "chunked") return chunksAt(text, start);
  const end = start + framing;
  return text.length < end ? null : { body: text.slice(start, end), end };
}

function headAt(text) {
  const first = lineAt(text, 0);
  const headers = [];
  for (let found = first; found; ) {
    found = lineAt(text, found.next);
    if (found?.line === "") return { start: first.line, headers, end: found.next };
    if (found) headers.push(headerOf(found.line));
  }
  return null;
}

/** The first request of a text, `{ method, target, headers, body, end }`; null while it is not complete. */
export function requestIn(text) {
  const head = headAt(text);
  if (!head) return null;
  const parts = /^(\S+) ([\x21-\x7e]+) HTTP\/1\.([01])$/.exec(head.start);
  check(parts && TOKEN.test(parts[1]), "request line");
  check(valuesOf(head.headers, "host").length === 1, "host");
  const framing = framingOf(head.headers);
  check(framing !== "chunked" || parts[3] === "1", "chunks in HTTP/1.0");
  const found = bodyAt(text, head.end, framing ?? 0);
  return found && { method: parts[1], target: parts[2], headers: head.headers, ...found };
}

function hasNoBody(status, method) {
  return method === "HEAD" || status === 204 || status === 304 || status < 200;
}

/** The first answer of a text. Without framing its body is all that comes (RFC 9112 §6.3), so it asks `ended`. */
export function answerIn(text, method, ended) {
  const head = headAt(text);
  if (!head) return null;
  const parts = /^HTTP\/1\.1 ([1-9][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)$/.exec(head.start);
  check(parts, "status line");
  const status = Number(parts[1]);
  const common = { status, headers: head.headers };
  if (hasNoBody(status, method)) return { ...common, body: "", end: head.end };
  const framing = framingOf(head.headers);
  if (framing === null) return ended ? { ...common, body: text.slice(head.end), end: text.length } : null;
  const found = bodyAt(text, head.end, framing);
  return found && { ...common, ...found };
}

function next(text) {
  try {
    return requestIn(text) ?? { verdict: "incomplete" };
  } catch (error) {
    if (error instanceof Malformed) return { verdict: "malformed" };
    throw error;
  }
}

/** What a strict reader makes of a text: its requests, and whether it stops at nonsense or wants more. */
export function readingOf(text) {
  const requests = [];
  for (let rest = text; rest !== ""; ) {
    const found = next(rest);
    if (found.verdict) return { requests, verdict: found.verdict };
    requests.push(found);
    rest = rest.slice(found.end);
  }
  return { requests, verdict: "complete" };
}
