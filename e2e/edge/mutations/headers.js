// Mutations of header lines, of Host, and of headers that are about the connection.
import { addLine, setLine } from "./request.js";

const HOSTS = (host) => [
  "", " ", "evil.example", `${host},evil.example`, `evil.example,${host}`, `${host} evil.example`, `a@${host}`, `${host}@evil.example`,
  `${host}:80`, "localhost", "localhost:1", host.toUpperCase(), host.replace("localhost", "localhost."), ` ${host}`, `${host}\t`, `\t${host}`,
  `${host}/x`, `http://${host}`, `${host}\0`, `${host}#`, `${host}?`, `[::1]`, `${host}\v`, `127.0.0.1${host.slice(9)}`, `${host}%00`, `\xa0${host}`,
];
const NAMES = [
  "X-Note ", "X-Note\t", " X-Note", "\tX-Note", "X Note", "X\0Note", "X-N\xf6te", "X-Note\r", "X(Note", "\"X\"", "X/Note", "X[Note]", "X{Note",
  "X@Note", "X\x7fNote", "X\x01Note", "", "!#$%&'*+-.^_`|~", "X.Note", "X_Note", "x".repeat(300), "X:Note", ":X-Note", "X-Note;a",
];
/** What only the gateway or Next.js may set, and twins of it that some frameworks take for the same. */
export const OURS = [
  "X-Crossgate-Identity", "X_Crossgate_Identity", "x-crossgate_identity", "X-Crossgate-Api-Cookie", "X-Forwarded-For_", "X_Forwarded_For",
  "X-Middleware-Subrequest", "X-Middleware-Subrequest-Id", "X-Invoke-Path", "X-Matched-Path", "X-Forwarded-User", "X_Forwarded_User",
  "X-Real-Ip", "X_Real_Ip", "Forwarded", "Next-Resume", "X-Now-Route-Matches", "Authorization_", "X-Prerender-Revalidate", "Proxy-Authorization",
];
const VALUES = [
  "a\rb", "a\r b", "a\0b", "\0", "a\x01b", "a\x7fb", "a\vb", "a\fb", "a\x1bb", "\xe9\xff", "\x80", "", " ", "\t", "  padded\t ", "a\tb",
  "a, b,, c", "\"quoted \\\" text\"", "a;b=c", "x".repeat(8000), "x".repeat(70000), "a\r\n folded", "a\r\n\tfolded", "a\r\n\r\n", "a\nInjected: 1",
  "%0d%0aInjected: 1", "\\r\\nInjected: 1", "\u010a".replace("\u010a", "\xc4\x8a"), ":", "::", "a: b", "GET /smuggled HTTP/1.1",
];
const CONNECTIONS = [
  "close", "keep-alive", "Keep-Alive, x-note", "x-note", "X-NOTE, origin", "cookie", "host", "content-length", "transfer-encoding", "close, x-note",
  "upgrade", "te", "authorization", "x-crossgate-identity", ",", "", "close, keep-alive", "accept", ", ,x-note,", "\"x-note\"", "x-note;a", "close\0",
  "proxy-connection", "x-request-id", "origin, host, content-length", "x note",
];
const UPGRADES = ["websocket", "WebSocket", "h2c", "HTTP/2.0", "TLS/1.0", "websocket, h2c", "", "websocket\0", "h2c, websocket", "x"];
const EXPECTATIONS = ["100-continue", "100-Continue", "100-continue, 100-continue", "200-ok", "", "100-continue;q=1", "x", "100-continue\0"];

function strangeByte(random) {
  return String.fromCharCode(random.below(256));
}

export const HEADERS = {
  "another host": (request, random) => setLine(request, "Host", random.pick(HOSTS(request.host))),
  "a second host": (request, random) => addLine(request, random, "host", random.pick([request.host, "evil.example", ""])),
  "no host": (request) => void (request.lines = request.lines.filter(([name]) => name !== "Host")),
  "a spoilt name of host": (request, random) => addLine(request, random, random.pick(["Host ", "\tHost", "H\0st", "Host_"]), "evil.example"),
  "a strange name": (request, random) => addLine(request, random, random.pick(NAMES), "two"),
  "a strange byte in a name": (request, random) => addLine(request, random, `X-${strangeByte(random)}-Note`, "two"),
  "a strange value": (request, random) => addLine(request, random, "X-Other", random.pick(VALUES)),
  "a strange byte in a value": (request, random) => addLine(request, random, "X-Other", `a${strangeByte(random)}b`),
  "a strange byte before a value": (request, random) => addLine(request, random, "X-Other", `${strangeByte(random)}b`),
  "another separator": (request, random) =>
    addLine(request, random, "X-Other", "two", random.pick([":", ":  ", ":\t", " : ", "", " ", "\t: ", "=", ":\v", ":\0", "\r\n: "])),
  "a folded line": (request, random) => {
    const line = random.pick(request.lines);
    line[1] = random.pick([`${line[1]}\r\n folded`, `\r\n ${line[1]}`, `\r\n\t${line[1]}`, `${line[1]}\r\n \r\n`]);
  },
  "a line of ours": (request, random) => addLine(request, random, random.pick(OURS), "forged"),
  "a line twice": (request, random) => addLine(request, random, "x-note", random.pick(["one", "two", ""])),
  "many lines": (request, random) => {
    for (let count = random.pick([20, 60, 95, 101, 300]); count > 0; count -= 1) request.lines.push([`X-Many-${count}`, "1"]);
  },
  "cookies in several lines": (request, random) => {
    for (const value of ["a=b", "c=d; e=f", "__Host-Http-session=forged"]) addLine(request, random, "Cookie", value);
  },
  "another connection": (request, random) => addLine(request, random, "Connection", random.pick(CONNECTIONS)),
  "another kind of connection header": (request, random) =>
    addLine(request, random, random.pick(["Proxy-Connection", "Keep-Alive", "TE", "Trailer"]), random.pick(["close", "trailers", "timeout=5", "X"])),
  "an upgrade": (request, random) => {
    addLine(request, random, "Upgrade", random.pick(UPGRADES));
    addLine(request, random, "Connection", random.pick(["Upgrade", "upgrade, keep-alive", "keep-alive", "Upgrade, HTTP2-Settings"]));
  },
  "a whole WebSocket handshake": (request, random) => {
    request.lines.push(["Upgrade", "websocket"], ["Connection", random.pick(["Upgrade", "upgrade, x-note"])]);
    request.lines.push(["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="], ["Sec-WebSocket-Version", random.pick(["13", "12", "x"])]);
  },
  "an expectation": (request, random) => addLine(request, random, "Expect", random.pick(EXPECTATIONS)),
  "a method that overrides": (request, random) =>
    addLine(request, random, random.pick(["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL"]), random.pick(["DELETE", "/private/x"])),
};
