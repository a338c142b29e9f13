// An Express API, of either major.
import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import express4 from "express4";
import express5 from "express5";

type App = ReturnType<typeof express5>;

/** Both majors. Their types differ in what no test uses, so one stands for both. */
export const frameworks: readonly (readonly [string, typeof express5])[] = [
  ["Express 4", express4 as unknown as typeof express5],
  ["Express 5", express5],
];

export class Api {
  readonly url: string;
  readonly #server: http.Server;

  private constructor(server: http.Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(express: typeof express5, prepare: (app: App) => void): Promise<Api> {
    const app = express();
    prepare(app);
    const server = http.createServer(app);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new Api(server);
  }

  get(path: string, authorization?: string): Promise<Response> {
    return fetch(this.url + path, { headers: authorization === undefined ? {} : { authorization } });
  }

  /** Status and JSON. */
  async json(path: string, authorization?: string): Promise<[number, unknown]> {
    const answer = await this.get(path, authorization);
    return [answer.status, await answer.json()];
  }

  /** Sends header lines as they are, which `fetch` would not. */
  async raw(path: string, lines: readonly string[]): Promise<string> {
    const socket = net.connect(Number(new URL(this.url).port), "127.0.0.1");
    socket.write([`GET ${path} HTTP/1.1`, "Host: api", "Connection: close", ...lines, "", ""].join("\r\n"));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
