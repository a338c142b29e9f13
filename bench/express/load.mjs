// A load generator that costs little: kept connections, requests that are made before, answers that are counted.
import { once } from "node:events";
import { connect } from "node:net";

const OK = Buffer.from("HTTP/1.1 200 ");

/** The request with this token, as Crossgate passes one on. */
export function requestWith(token) {
  return Buffer.from([
    "GET /api/orders HTTP/1.1",
    "host: shop.example.com",
    `authorization: Bearer ${token}`,
    "user-agent: Mozilla/5.0 (X11; Linux x86_64) bench",
    "accept: application/json",
    "accept-language: en",
    "x-forwarded-for: 203.0.113.7",
    "x-forwarded-host: shop.example.com",
    "x-forwarded-proto: https",
    "x-request-id: 782b80d53e2179500000000000000005",
    "",
    "",
  ].join("\r\n"));
}

/** Sends so many requests over so many connections, one after the other on each; every answer must be 200. */
export async function sendAll(port, requests, { count, connections }) {
  let left = count;
  const next = () => (left > 0 ? requests[(left -= 1) % requests.length] : undefined);
  await Promise.all(Array.from({ length: connections }, () => drive(port, next)));
}

async function drive(port, next) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let answer = Buffer.alloc(0);
  const send = () => {
    const request = next();
    if (request) socket.write(request);
    else socket.end();
  };
  socket.on("connect", send);
  socket.on("data", (chunk) => {
    answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk]);
    if (!isWhole(answer)) return;
    if (!answer.subarray(0, OK.length).equals(OK)) socket.destroy(new Error(answer.toString()));
    answer = Buffer.alloc(0);
    send();
  });
  await once(socket, "close");
}

function isWhole(answer) {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(answer.latin1Slice(0, head))?.[1];
  return answer.length >= head + 4 + Number(length ?? 0);
}
