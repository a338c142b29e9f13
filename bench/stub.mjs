// An API in Node.js for what nginx cannot do: it reads uploads to their end, and counts refreshes.
//
// usage: node stub.mjs <port>, with a channel to its parent; asked "refreshes", it says how often each token came
import { createServer } from "node:http";
import { LOGIN, ORDERS } from "./measured.mjs";

/** A refresh takes so long, so that many requests come to wait for it. */
const REFRESH_TAKES = 50;
/** By refresh token: how often it was used. */
const refreshes = new Map();

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function bytesOf(request) {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  return { bytes };
}

async function refresh(request) {
  const { refreshToken } = JSON.parse(await bodyOf(request));
  refreshes.set(refreshToken, (refreshes.get(refreshToken) ?? 0) + 1);
  await new Promise((done) => setTimeout(done, REFRESH_TAKES));
  return { token: `new-${refreshToken}`, refreshToken: `next-${refreshToken}`, expiresIn: 86_400 };
}

const routes = {
  "POST /api/login": async () => JSON.parse(LOGIN),
  "POST /api/refresh": refresh,
  "POST /api/upload": bytesOf,
};

/** Tokens that have not been renewed are refused: a request that left too early would show. */
const isRenewed = (request) => !/^Bearer 0/.test(request.headers.authorization ?? "");

createServer(async (request, answer) => {
  const route = routes[`${request.method} ${request.url}`];
  const body = route ? JSON.stringify(await route(request)) : ORDERS;
  answer.writeHead(isRenewed(request) ? 200 : 401, { "content-type": "application/json", "content-length": body.length }).end(body);
}).listen(Number(process.argv[2]), "127.0.0.1", () => process.send("listening"));
process.on("message", () => process.send([...refreshes.values()]));
process.on("disconnect", () => process.exit());
