// Ports for servers that have to know theirs before they start.
import { once } from "node:events";
import net from "node:net";

// Below the range from which systems take ports for outgoing connections: between our looking and the server's
// listening no such connection can take the port away.
const FIRST = 18_000;
const COUNT = 12_000;
// Two runs at the same time look at different ports.
let next = (process.pid * 61) % COUNT;

async function isFree(port) {
  const server = net.createServer();
  server.listen(port, "127.0.0.1");
  const isListening = await Promise.race([
    once(server, "listening").then(() => true),
    once(server, "error").then(() => false),
  ]);
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}

/** A free port of the loopback address; each one is given once. */
export async function takePort() {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error("there is no free port");
}
