// Servers of Node's own, with what all of them need.
import { createServer } from "node:http";

process.once("SIGTERM", () => process.exit(0));

/** Serves an address of the loopback network until the process is asked to stop; `/ready` says that it is up. */
export async function serve(name, url, handle) {
  const server = createServer((request, response) => {
    if (request.url === "/ready") return response.end("ready\n");
    Promise.resolve(handle(request, response)).catch((error) => fail(name, response, error));
  });
  const { hostname, port } = new URL(url);
  await new Promise((resolve, reject) => server.once("error", reject).listen(Number(port), hostname, resolve));
  console.log(`${name} is ready at ${url}`);
}

function fail(name, response, error) {
  console.error(`${name}:`, error);
  if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
  response.end("This server has failed; its log says why.\n");
}

async function readText(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** The fields of a form that was sent. */
export async function readForm(request) {
  return Object.fromEntries(new URLSearchParams(await readText(request)));
}

export async function readJson(request) {
  return JSON.parse(await readText(request));
}

export function sendJson(response, status, value) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

export function sendHtml(response, status, html) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(html);
}

export function redirect(response, url) {
  response.writeHead(303, { location: url, "cache-control": "no-store" });
  response.end();
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(request) {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
}
