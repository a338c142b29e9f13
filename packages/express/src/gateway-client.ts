// Requests to Crossgate itself.
import http from "node:http";
import https from "node:https";

/** What to ask. */
export interface GatewayRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What Crossgate answered. */
export interface GatewayAnswer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT = 5_000;
const LONGEST_BODY = 1_048_576;

/**
 * Asks Crossgate, which may be reached under another address than the public one. It answers only to its public name,
 * so that is what `Host` says; the built-in `fetch` would not let it.
 */
export class GatewayClient {
  readonly #base: URL;
  readonly #host: string;
  readonly #module: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(issuer: string, internalUrl: string | undefined) {
    this.#base = new URL(internalUrl ?? issuer);
    this.#host = new URL(issuer).host;
    this.#module = this.#base.protocol === "https:" ? https : http;
    this.#agent = new this.#module.Agent({ keepAlive: true });
  }

  /** One answer, whatever its status. Rejects where there is none in time. */
  async ask(request: GatewayRequest): Promise<GatewayAnswer> {
    try {
      return await this.#send(request, this.#agent);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return this.#send(request, false);
    }
  }

  #send({ method, path, headers, body = "" }: GatewayRequest, agent: http.Agent | false): Promise<GatewayAnswer> {
    return new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const outgoing = this.#module.request(new URL(path, this.#base), {
        method,
        agent,
        signal: AbortSignal.timeout(TIMEOUT),
        headers: { ...headers, host: this.#host, ...(method === "POST" && { "content-length": length }) },
      });
      outgoing.on("response", (incoming) => readAnswer(incoming).then(resolve, reject));
      outgoing.on("error", (error) => reject(isStale(outgoing, error) ? new StaleConnection() : error));
      outgoing.end(body);
    });
  }
}

/** A kept connection that the other side closed while we wrote to it. Neither of our questions changes anything. */
class StaleConnection extends Error {}

function isStale(request: http.ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

async function readAnswer(incoming: http.IncomingMessage): Promise<GatewayAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error("the answer is longer than a mebibyte");
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}
