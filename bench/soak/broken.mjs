// Clients that do what they should not: each takes one connection and leaves it in some ugly way.
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const head = (port, cookie, line, more = []) =>
  [`${line} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Cookie: ${cookie}`, ...more, "", ""].join("\r\n");

/** What each sends before it leaves. `reset`: with a RST in place of a FIN. */
const habits = {
  "half a head": async (socket, at) => socket.write(head(at.port, at.cookie, "GET /api/orders").slice(0, 40)),
  "half a body": async (socket, at) =>
    socket.write(head(at.port, at.cookie, "POST /", ["Content-Length: 1000", `Origin: http://127.0.0.1:${at.port}`]) + "x".repeat(100)),
  "a chunk that breaks off": async (socket, at) =>
    socket.write(head(at.port, at.cookie, "POST /", ["Transfer-Encoding: chunked", `Origin: http://127.0.0.1:${at.port}`]) + "ff\r\nabc"),
  "a slow head": async (socket, at) => {
    for (const letter of head(at.port, at.cookie, "GET /api/orders").slice(0, 25)) {
      socket.write(letter);
      await wait(150);
    }
  },
  "a large answer that nobody reads": async (socket, at) => {
    socket.pause();
    socket.write(head(at.port, at.cookie, "GET /api/large"));
    await wait(300);
  },
  "no HTTP at all": async (socket) => socket.write("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
  "a request and gone": async (socket, at) => socket.write(head(at.port, at.cookie, "GET /api/orders")),
};
const names = Object.keys(habits);

async function one(number, at) {
  const socket = connect({ port: at.port, host: "127.0.0.1" }).on("error", () => {});
  socket.resume();
  await new Promise((done) => socket.once("connect", done).once("close", done));
  await habits[names[number % names.length]](socket, at);
  await wait(50);
  if (number % 2 === 0) socket.resetAndDestroy();
  else socket.destroy();
}

/** Sends so many of them per second; gives how many there were. */
export async function misbehave(at, { rate, until }) {
  let number = 0;
  while (Date.now() < until()) {
    one(number, at).catch(() => {});
    number += 1;
    await wait(1000 / rate);
  }
  return number;
}
