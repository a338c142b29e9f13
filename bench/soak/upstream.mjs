// An API and an app in one program of Node; each runs in a process of its own, so that one can be killed.
//
// usage: node upstream.mjs <port>
import { createServer } from "node:http";
import { LOGIN, ORDERS } from "../measured.mjs";

const LARGE = Buffer.alloc(1 << 20, "x");
const answers = { "/api/login": LOGIN, "/api/orders": ORDERS, "/api/large": LARGE };

const server = createServer((request, answer) => {
  request.resume().on("end", () => {
    const body = answers[request.url] ?? "<!doctype html><title>Shop</title>";
    const type = request.url.startsWith("/api/") ? "application/json" : "text/html";
    answer.writeHead(200, { "content-type": type, "content-length": body.length }).end(body);
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.send("listening"));
process.on("disconnect", () => process.exit());
