// Asks Crossgate from Node.
import http from "node:http";
import https from "node:https";
import { forwardedHeaders, type Question } from "./question.js";

const LONGEST_BODY = 1_048_576;

/**
 * One answer, whatever its status. Rejects where there is none.
 *
 * `fetch` would say the address in `Host`, whatever it is told, so this is `node:http`.
 */
export async function ask(question: Question): Promise<Response> {
  try {
    return await send(question, undefined);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return send(question, false);
  }
}

/** A kept connection that the other side closed while we wrote to it. Nothing that we ask changes anything. */
class StaleConnection extends Error {}

function send(question: Question, agent: false | undefined): Promise<Response> {
  const { address, publicUrl, headers, signal } = question;
  return new Promise((resolve, reject) => {
    const outgoing = (address.protocol === "https:" ? https : http).get(address, {
      ...(agent === false && { agent }),
      signal,
      headers: { ...headers, ...forwardedHeaders(publicUrl), host: new URL(publicUrl).host },
    });
    outgoing.on("response", (incoming) => readAnswer(incoming).then(resolve, reject));
    outgoing.on("error", (error) => reject(isStale(outgoing, error) ? new StaleConnection() : error));
  });
}

function isStale(request: http.ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

async function readAnswer(incoming: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error("the answer is longer than a mebibyte");
    chunks.push(chunk);
  }
  const status = incoming.statusCode ?? 0;
  const body = status === 204 || status === 304 ? null : Buffer.concat(chunks);
  return new Response(body, { status, headers: headersOf(incoming.rawHeaders) });
}

/** Each line of `Set-Cookie` stays one. */
function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < raw.length; index += 2) headers.append(String(raw[index]), String(raw[index + 1]));
  return headers;
}
