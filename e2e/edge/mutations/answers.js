// Mutations of what an upstream answers.

/** What nobody may ever take for an answer of its own. */
export const PLANTED = "planted";
const PLANTED_ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${PLANTED.length}\r\n\r\n${PLANTED}`;

const STATUS_LINES = [
  "HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 20 OK", "HTTP/1.1 -200 OK", "HTTP/1.1 abc OK", "HTTP/1.1", "", "200 OK",
  "HTTP/2.0 200 OK", "HTTP/1.0 200 OK", "HTTP/0.9 200 OK", "http/1.1 200 OK", "HTTP/1.1 200 O\0K", "HTTP/1.1 200 O\rK", "HTTP/1.1\t200 OK", "ICY 200 OK",
  "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "HTTP/1.1 999 OK", "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 100 Continue", "HTTP/1.1 204 No Content",
  "HTTP/1.1 304 Not Modified", "HTTP/1.1 205 Reset Content", "HTTP/1.1 404 \xe9", " HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n X: folded", "HTTP/1.1 0x200 OK",
];
const LINES = [
  "Content-Length: 5", "Content-Length: 0", "Content-Length: 6", "Content-Length: 4", "Content-Length: 500", "Content-Length: +5", "Content-Length: 5, 5",
  "Content-Length: 5,6", "Content-Length: -5", "Content-Length: 0x5", "Content-Length:", "Content-Length: abc", "Content-Length : 5", "Content-Length: 5 5",
  "Content-Length: 18446744073709551616", "Content_Length: 9", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: \vchunked", "Transfer-Encoding: xchunked",
  "Transfer-Encoding : chunked", "Transfer-Encoding:", "Transfer-Encoding: gzip", "transfer-encoding: Chunked", "Transfer-Encoding:\r\n chunked",
  "X: a\rSet-Cookie: forged=1", "X: a\nSet-Cookie: forged=1", "X: a\0b", "X : 1", " X: 1", "nonsense", ": 1", "X\xe9: 1", "X: \xe9", "X: a\r\n folded", "X(: 1",
  "Connection: close", "Connection: keep-alive", "Connection: content-length", "Connection: x-note, close", "Upgrade: websocket", "Trailer: X",
  "Connection: upgrade\r\nUpgrade: websocket", "Set-Cookie: __Host-Http-session=forged; Path=/", `X: ${"y".repeat(200000)}`, "Keep-Alive: timeout=5",
];
const INTERIMS = [
  "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 199 X\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 100 Continue\n\n", "HTTP/1.1 100\r\n\r\n",
  "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
];
const CHUNKED = [
  "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nX: 1\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n", "05\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5\r\nhello0\r\n\r\n",
  "6\r\nhello\r\n0\r\n\r\n", "4\r\nhello\r\n0\r\n\r\n", "x\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
  "5\r\nhello\r\n", "5\r\nhel", "", "0\r\n\r\n", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", "5\r\nhello\r\n0\r\n X\r\n\r\n",
  "5\r\nhello\r\n0\r\nSet-Cookie: forged=1\r\n\r\n", "5\r\rhello\r\n0\r\n\r\n", "5;\0\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
];

const spoilLine = (answer, random) => {
  const at = random.below(answer.lines.length + 1);
  answer.lines.splice(at, random.chance(30) ? 1 : 0, random.pick(LINES));
};

const MUTATIONS = {
  "another status line": (answer, random) => void (answer.start = random.pick(STATUS_LINES)),
  "another line": spoilLine,
  "two other lines": (answer, random) => {
    spoilLine(answer, random);
    spoilLine(answer, random);
  },
  "interim answers": (answer, random) => void (answer.before = random.pick(INTERIMS).repeat(random.pick([1, 2, 50, 2000]))),
  "a planted answer behind it": (answer) => void (answer.after = PLANTED_ANSWER),
  "strange bytes behind it": (answer, random) => void (answer.after = random.pick(["\r\n", "\n", "x", "\0", "0\r\n\r\n", "HTTP/1.1 "])),
  "strange bytes before it": (answer, random) => void (answer.before = random.pick(["\r\n", "\n", " ", "\0", "x", "\r\n\r\n"])),
  "another chunked body": (answer, random) => {
    answer.lines = ["Transfer-Encoding: chunked"];
    answer.body = random.pick(CHUNKED);
  },
  "no framing": (answer) => void (answer.lines = ["X-Note: one"]),
  "a bare line feed": (answer, random) => void (answer.end = random.pick(["\n", "\r", "\r\r\n"])),
  "another end of the head": (answer, random) => void (answer.headEnd = random.pick(["\n", "", "\r", " \r\n", "\r\r\n"])),
  "many lines": (answer, random) => {
    for (let count = random.pick([50, 99, 200, 2000]); count > 0; count -= 1) answer.lines.push(`X-Many-${count}: 1`);
  },
  "a body where there is none": (answer, random) => {
    answer.start = random.pick(["HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified", "HTTP/1.1 205 Reset Content", "HTTP/1.1 100 Continue"]);
    answer.body = PLANTED_ANSWER;
  },
};

function bytesOf({ before, start, end, lines, headEnd, body, after }) {
  return `${before}${start}${end}${lines.map((line) => `${line}\r\n`).join("")}${headEnd}${body}${after}`;
}

function answerCase(random) {
  const answer = { before: "", start: "HTTP/1.1 200 OK", end: "\r\n", lines: ["Content-Length: 5"], headEnd: "\r\n", body: "hello", after: "" };
  const names = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 2, 2]) }, () => {
    const [name, mutate] = random.pick(Object.entries(MUTATIONS));
    mutate(answer, random);
    return name;
  });
  const method = random.pick(["GET", "GET", "HEAD", "POST"]);
  return { name: names.join(" + ") || "nothing", method, text: bytesOf(answer), closes: random.chance(60) };
}

export function answersOf(random, count) {
  return Array.from({ length: count }, () => answerCase(random));
}
