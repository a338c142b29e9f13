// Mutations of what delimits a body: Content-Length, Transfer-Encoding, chunks, and what follows.
import { SMUGGLED, addLine, setLine, withChunks } from "./request.js";

const LENGTHS = (length) => [
  `+${length}`, `-${length}`, `0x${length.toString(16)}`, `0${length}`, `000${length}`, `${length} `, ` ${length}`, `${length}\t`,
  `${length},${length}`, `${length}, ${length + 1}`, `${length}.0`, `${length}e0`, "", " ", "abc", `${length} ${length}`,
  "18446744073709551616", "99999999999999999999999", `${length}\v`, `\f${length}`, `${length};a`, `"${length}"`, `${length}\0`,
  "\xb2", String(length + 1), String(Math.max(0, length - 1)), "0", `${length}_0`, "4294967296", "9223372036854775808",
];
const CODINGS = [
  "Chunked", "CHUNKED", "chunked ", " chunked", "\tchunked", "chunked\t", "\vchunked", "chunked\v", "\fchunked", "chunked\0",
  "chunked,", ",chunked", "chunked, chunked", "chunked, identity", "identity, chunked", "identity", "gzip, chunked", "gzip",
  "chunked;q=1", "\"chunked\"", "'chunked'", "xchunked", "chunkedx", "chunked x", "", "chunk\x00ed", "\xa0chunked", "chunked\xa0",
  "chun\rked", "trailers, chunked", "chunKed", "\u212ahunked".replace("\u212a", "k"), "chunked, , ",
];
const SIZES = (size) => [
  `0${size}`, `0000000${size}`, `${"0".repeat(20)}${size}`, `${"0".repeat(300)}${size}`, size.toUpperCase(), `${size};a`, `${size};a=b`,
  `${size};a="b"`, `${size};a="\r"`, `${size};${"x".repeat(200)}`, `${size};${"x".repeat(300)}`, `${size} `, ` ${size}`, `${size}\t`,
  `${size} ;a`, `0x${size}`, `+${size}`, `-${size}`, `${size}g`, "", ";", `${size},`, "ffffffffffffffff", "10000000000000000",
  `1${"0".repeat(16)}${size}`, `${size}\0`, `${size};a\nb`, `${size};\0`, `${size};\xe9`, `${size};;`, `${size};a=`, `${size}\v`,
];
const TRAILERS = [
  "X-Trailer: one\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: evil.example\r\n", "Cookie: a=b\r\n",
  "X-Crossgate-Identity: forged\r\n", "Authorization: forged\r\n", " folded: 1\r\n", "X : 1\r\n", "nonsense\r\n", "X: a\nY: b\r\n", "X: 1\n",
  ": 1\r\n", "X: \0\r\n", "X: a\rb\r\n", `${"X: 1\r\n".repeat(150)}`, `X: ${"y".repeat(300)}\r\n`, "X\xe9: 1\r\n", "X_Y: 1\r\n", "(: 1\r\n",
  "GET /smuggled HTTP/1.1\r\n",
];

function lengthOf(request) {
  return request.raw?.length ?? 5;
}

function aChunk(request, random) {
  return random.pick(withChunks(request, random));
}

export const FRAMING = {
  "another length": (request, random) => setLine(request, "Content-Length", random.pick(LENGTHS(lengthOf(request)))),
  "a second length": (request, random) =>
    addLine(request, random, "content-length", random.pick([String(lengthOf(request)), "0", "5", "abc"])),
  "another coding": (request, random) => {
    withChunks(request, random);
    setLine(request, "Transfer-Encoding", random.pick(CODINGS));
  },
  "a second coding": (request, random) => {
    withChunks(request, random);
    addLine(request, random, "transfer-encoding", random.pick(["chunked", "identity", "gzip", "", "x"]));
  },
  "a coding and a length": (request, random) => {
    withChunks(request, random);
    addLine(request, random, "Content-Length", random.pick(["0", "3", "5", "46", "200"]));
  },
  "a coding where no chunks are": (request, random) => addLine(request, random, "Transfer-Encoding", random.pick(CODINGS)),
  "a coding under a spoilt name": (request, random) => {
    withChunks(request, random);
    const names = ["Transfer_Encoding", "Transfer-Encoding ", "Transfer-Encoding\t", " Transfer-Encoding", "Transfer-Encodin", "X\0"];
    addLine(request, random, random.pick([...names, "Transfer-\xeencoding", "Content_Length", "Content-Length "]), "0");
  },
  "another chunk size": (request, random) => {
    const chunk = aChunk(request, random);
    chunk.size = random.pick(SIZES(chunk.size));
  },
  "a chunk size that is wrong by little": (request, random) => {
    const chunk = aChunk(request, random);
    chunk.size = Math.max(1, chunk.data.length + random.pick([-2, -1, 1, 2])).toString(16);
  },
  "another end of a chunk": (request, random) =>
    void (aChunk(request, random).end = random.pick(["\n", "\r", "", "\r\n\r\n", "xx", "\r\r\n", "\n\n", " \r\n"])),
  "another end of a size": (request, random) =>
    void (aChunk(request, random).line = random.pick(["\n", "\r", "", "\r\r\n", "\n\r\n", "\rX", " \n"])),
  "another last chunk": (request, random) => {
    withChunks(request, random);
    request.last = random.pick(["00\r\n", "000000000\r\n", "0;a=b\r\n", "0\n", "0 \r\n", "0\r", "-0\r\n", "0x0\r\n", "", "0\r\n\n", "0;\r\n"]);
  },
  trailers: (request, random) => {
    withChunks(request, random);
    request.trailers = random.pick(TRAILERS);
    if (random.chance(50)) addLine(request, random, "Trailer", random.pick(["X-Trailer", "Content-Length", "X", "Host"]));
  },
  "many chunks": (request, random) => {
    withChunks(request, random);
    request.chunks = [...SMUGGLED].map((data) => ({ size: random.pick(["1", "01", "1;x"]), data, end: "\r\n" }));
  },
  "an honest request behind it": (request) => {
    request.after = `POST /second HTTP/1.1\r\nHost: ${request.host}\r\nOrigin: http://${request.host}\r\nContent-Length: 2\r\n\r\nhi`;
  },
  "an empty line behind it": (request, random) => void (request.after = random.pick(["\r\n", "\r\n\r\n", "\n", " ", "\0", "0\r\n\r\n", "x"])),
  "another honest request behind it": (request) => void (request.after = `GET /third HTTP/1.1\r\nHost: ${request.host}\r\n\r\n`),
};
