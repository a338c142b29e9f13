// Stands in for the Next.js app: it answers pages, and keeps the headers with which they were asked for.
import { once } from "node:events";
import http from "node:http";

export class App {
  requests = [];

  async start() {
    this.server = http.createServer((request, response) => {
      this.requests.push({ path: request.url, headers: request.headers });
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Shop</title>");
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
