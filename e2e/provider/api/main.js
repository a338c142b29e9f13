// The API: the account hook, and two addresses that say whom they take the caller for.
import { required } from "../support/environment.js";
import { bearerToken, readJson, sendJson, serve } from "../support/server.js";
import { openAccounts, Refused } from "./accounts.js";
import { registerAtShop } from "./shop.js";
import { newToken, verifyAccountToken, verifyAuth0Token } from "./tokens.js";

const accounts = openAccounts();
const users = new Map();
/** What gateways asked, for tests to look at. */
const asked = [];

const NOT_SIGNED_IN = { code: "not_signed_in", message: "Please sign in." };

/** The body comes from the gateway, and so does the token: they have to say the same. */
async function readIdentity(request) {
  const identity = await readJson(request);
  const claims = await verifyAccountToken(bearerToken(request) ?? "");
  const same = claims.provider === identity.provider && claims.provider_issuer === identity.issuer && claims.provider_subject === identity.subject;
  if (!same) throw new Error("the token and the body are about two people");
  asked.push({ identity, claims });
  return identity;
}

async function fromProvider(request, response) {
  const user = accounts.admit(await readIdentity(request));
  const token = newToken();
  users.set(token, user.id);
  sendJson(response, 200, { user, token });
}

/** The same for the example shop, whose API issues its own tokens. */
async function fromProviderToShop(request, response) {
  sendJson(response, 200, await registerAtShop(await readIdentity(request)));
}

function me(request, response) {
  const user = accounts.find(users.get(bearerToken(request)));
  return user ? sendJson(response, 200, user) : sendJson(response, 401, NOT_SIGNED_IN);
}

/** An API that trusts Auth0 and nobody else. `id` is another one for every token. */
async function orders(request, response) {
  const claims = await verifyAuth0Token(bearerToken(request) ?? "").catch(() => undefined);
  if (!claims) return sendJson(response, 401, NOT_SIGNED_IN);
  sendJson(response, 200, { subject: claims.sub, audience: claims.aud, token: claims.jti });
}

const ROUTES = {
  "POST /api/accounts/from-provider": fromProvider,
  "POST /accounts/from-provider": fromProviderToShop,
  "GET /api/me": me,
  "GET /orders": orders,
  "GET /test/asked": (_request, response) => sendJson(response, 200, asked),
};

async function handle(request, response) {
  const route = ROUTES[`${request.method} ${request.url.split("?")[0]}`];
  try {
    return route ? await route(request, response) : sendJson(response, 404, { code: "not_found", message: "There is nothing here." });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(response, error.status, { code: error.code, message: error.message });
  }
}

await serve("api", required("API_URL"), handle);
