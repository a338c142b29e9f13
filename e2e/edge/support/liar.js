// An upstream that answers the target `/answer` with whatever bytes it is told to, and all others honestly.
import { createServer } from "node:net";
import { requestIn } from "./wire.js";

function honest(target) {
  const body = `this answers ${target}`;
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function answer(socket, target, lie) {
  if (target !== "/answer") return socket.write(honest(target), "latin1");
  if (lie.closes) return socket.end(lie.text, "latin1");
  return socket.write(lie.text, "latin1");
}

function follow(socket, lieNow) {
  let text = "";
  socket.setNoDelay().on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    for (let request = requestIn(text); request; request = text === "" ? null : requestIn(text)) {
      text = text.slice(request.end);
      answer(socket, request.target, lieNow());
    }
  });
}

/** `tell({ text, closes })` says what the next answer is: bytes, and whether the connection ends behind them. */
export function startLiar() {
  let lie = { text: "", closes: true };
  const server = createServer((socket) => follow(socket, () => lie));
  const tell = (next) => {
    lie = next;
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ port: server.address().port, tell, close: () => server.close() }));
  });
}
