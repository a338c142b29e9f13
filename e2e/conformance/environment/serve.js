// Servers of Node's own on a port that the system picks.
import { once } from "node:events";
import http from "node:http";

/** Serves on loopback; gives the address and how to end it. */
export async function serve(handle) {
  // A token in twelve pieces is more than Node takes by default.
  const server = http.createServer({ maxHeaderSize: 1 << 17 }, handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}
