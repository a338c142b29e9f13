// The API and the app, in one program: it issues tokens that end soon, and remembers what it was asked.
//
// Refresh tokens are good once. One that comes again soon afterwards is answered with the same new one, as providers with
// a rotation overlap do: a gateway that is killed before it stored the answer must be able to ask again.
//
// usage: node api.mjs <port>, with a channel to its parent: `{ id, set }` changes how it behaves; every message is answered
// with what it saw
import { createServer } from "node:http";

/** What can be changed: how long tokens live, and how long a refresh takes, in milliseconds. */
const behaviour = { tokenLife: 20_000, refreshTakes: 20 };
/** A token that ended a moment ago was on its way meanwhile. */
const LEEWAY = 1000;
/** A refresh token that was used may come again for so long. */
const OVERLAP = 60_000;

/** By token: whose it is, and when it ends. */
const accessTokens = new Map();
/** By token: whose it is, how often it came, when first, and what it was answered. */
const refreshTokens = new Map();
let issued = 0;

function issue(person) {
  issued += 1;
  const [token, refreshToken] = [`access-${issued}`, `refresh-${issued}`];
  accessTokens.set(token, { person, endsAt: Date.now() + behaviour.tokenLife });
  refreshTokens.set(refreshToken, { person, calls: 0 });
  return { token, refreshToken, expiresIn: behaviour.tokenLife / 1000 };
}

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const refused = (error) => ({ status: 401, body: { error }, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });

/** Whoever signed out has no tokens any more. */
function logout({ refreshToken }) {
  const known = refreshTokens.get(refreshToken);
  if (known) known.isRevoked = true;
  return { status: 200, body: {} };
}

async function refresh({ refreshToken }) {
  const known = refreshTokens.get(refreshToken);
  if (!known || known.isRevoked) return refused("api_refused_refresh_token");
  known.calls += 1;
  known.first ??= Date.now();
  if (Date.now() - known.first > OVERLAP + behaviour.refreshTakes) return refused("api_saw_refresh_token_twice");
  await wait(behaviour.refreshTakes);
  known.answer ??= issue(known.person);
  return { status: 200, body: known.answer };
}

function login({ user }) {
  return { status: 200, body: { user: { id: user, name: user }, ...issue(user) } };
}

const bearer = (request) => /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];

/** Who is asking, by the token. Pages that anybody may see say so too. */
function who(request) {
  const token = bearer(request);
  if (!token) return request.url.startsWith("/open") ? { status: 200, body: { person: null } } : refused("api_saw_no_token");
  const known = accessTokens.get(token);
  if (!known || known.endsAt + LEEWAY < Date.now()) return refused(known ? "api_saw_ended_token" : "api_saw_unknown_token");
  return { status: 200, body: { person: known.person } };
}

const routes = { "POST /api/login": login, "POST /api/refresh": refresh, "POST /api/logout": logout };

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function answerTo(request) {
  const body = await read(request);
  const route = routes[`${request.method} ${request.url}`];
  return route ? route(JSON.parse(body)) : who(request);
}

const server = createServer(async (request, answer) => {
  const { status, body, headers } = await answerTo(request);
  const bytes = JSON.stringify(body);
  answer.writeHead(status, { "content-type": "application/json", "content-length": bytes.length, ...headers }).end(bytes);
});
// Longer than the gateway keeps a connection: it never meets one that was just closed here.
server.keepAliveTimeout = 120_000;
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.send("listening"));

function counts() {
  const calls = [...refreshTokens.values()].map((known) => known.calls).filter((count) => count > 0);
  return { refreshed: calls.length, calls: calls.reduce((sum, one) => sum + one, 0), most: Math.max(0, ...calls) };
}

process.on("message", ({ id, set }) => {
  if (set) Object.assign(behaviour, set);
  process.send({ id, counts: counts() });
});
process.on("disconnect", () => process.exit());
