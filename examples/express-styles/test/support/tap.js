// A small reverse proxy that writes down what passes. Between Crossgate and the API, so that the API need know nothing of
// being watched; and in front of Crossgate in the place of whatever ends TLS.
import { once } from "node:events";
import http from "node:http";

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(url, { method, headers, path }, body) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.request({ hostname, port, method, path, headers, agent: false }, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

export class Tap {
  records = [];
  /** To where it passes things on; set once that runs. */
  target = undefined;
  /** The host that was asked for, where that is not to be seen from the request. */
  host = undefined;
  #failing = undefined;

  async start() {
    this.server = http.createServer((request, response) => {
      this.#pass(request, response).catch((error) => response.destroy(error));
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async #pass(request, response) {
    const { method, url: path } = request;
    const headers = { ...request.headers, ...(this.host && { host: this.host }) };
    const body = await textOf(request);
    const record = { method, path, headers, body: body.toString() };
    this.records.push(record);
    if (this.#failing?.(record)) {
      record.answer = { status: 503, headers: {}, body: "" };
      response.writeHead(503).end();
      return;
    }
    const answer = await send(this.target, { method, path, headers }, body);
    const answered = await textOf(answer);
    record.answer = { status: answer.statusCode, headers: answer.headers, body: answered.toString(), at: Date.now() };
    response.writeHead(answer.statusCode, answer.rawHeaders);
    response.end(answered);
  }

  /** From now on requests that fit get 503, until it is called again without anything. */
  failAt(fits) {
    this.#failing = fits;
  }

  /** The requests that fit, in their order. */
  seen(fits) {
    return this.records.filter(fits);
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
