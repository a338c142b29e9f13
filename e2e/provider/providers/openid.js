// What the OpenID Providers have in common.
import { randomBytes, randomUUID } from "node:crypto";
import Provider, { interactionPolicy } from "oidc-provider";
import { gateways, required } from "../support/environment.js";
import { page } from "../support/html.js";
import { interact } from "./interaction.js";
import { newPem, privateJwk } from "./keys.js";
import { personOf } from "./people.js";

const HOUR = 3600;

const newKeys = (algorithm) => ({ keys: [privateJwk(newPem(algorithm), { kid: randomUUID(), alg: algorithm })] });

/** Asks once, and grants whatever was asked for, as providers do with clients of the same company. */
async function grantEverything({ oidc }) {
  const { Grant } = oidc.provider;
  const known = oidc.session.grantIdFor(oidc.client.clientId);
  const grant = (known && (await Grant.find(known))) || new Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(oidc.params.scope);
  for (const [indicator, { scope }] of Object.entries(oidc.resourceServers ?? {})) grant.addResourceScope(indicator, scope);
  await grant.save();
  return grant;
}

/** People who must have something new soon are called `brief…`; the others have an hour. */
const accessTokenLifetime = (_context, token) => (token.accountId?.startsWith("brief") ? 2 : HOUR);

function findAccount(claimsOf) {
  return (_context, login) => ({ accountId: login, claims: () => ({ sub: login, ...claimsOf(personOf(login)) }) });
}

/** Google's account chooser, as a prompt of its own. */
function policyWithChooser() {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
  return policy;
}

/** One client per gateway: each has addresses of its own. */
function clients(algorithm, { backchannel = false, endSession = false, ...settings }, provider) {
  return gateways().map(({ name, url }) => ({
    client_id: `crossgate-${name}`,
    redirect_uris: [`${url}/api/auth/callback/${provider}`],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    id_token_signed_response_alg: algorithm,
    ...settings,
    ...(endSession && { post_logout_redirect_uris: [`${url}/api/auth/signedout`] }),
    ...(backchannel && {
      backchannel_logout_uri: `${url}/api/auth/backchannel-logout/${provider}`,
      backchannel_logout_session_required: true,
    }),
  }));
}

/** The secret of every client. It has what a header cannot carry unescaped (RFC 6749 §2.3.1). */
export const clientSecret = () => `${required("CLIENT_SECRET")}+/=%&:`;

/**
 * A provider that listens below the path of its issuer.
 * @param id what the gateway calls it, and its cookies are called: cookies do not know of ports
 */
export function openIdProvider({ id, title, issuer, algorithm = "RS256", client, claimsOf, settings }) {
  const prefix = new URL(issuer).pathname.replace(/\/$/, "");
  const provider = new Provider(issuer, {
    clients: clients(algorithm, client, id),
    jwks: newKeys(algorithm),
    cookies: { keys: [randomBytes(32)], names: cookieNames(id) },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture"] },
    findAccount: findAccount(claimsOf),
    loadExistingGrant: grantEverything,
    interactions: { url: (_context, { uid }) => `${prefix}/interaction/${uid}`, policy: policyWithChooser() },
    pkce: { required: () => true },
    ttl: { AccessToken: accessTokenLifetime, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, RefreshToken: HOUR, Session: HOUR },
    renderError: showError(title),
    ...settings,
    features: { devInteractions: { enabled: false }, dPoP: { enabled: false }, ...settings.features },
  });
  logFailures(provider, id);
  return handlerOf(provider, title, prefix);
}

function cookieNames(id) {
  return { session: `${id}_session`, interaction: `${id}_interaction`, resume: `${id}_resume` };
}

function showError(title) {
  return (context, { error, error_description: description }) => {
    context.type = "html";
    context.body = page(`${title}: ${error}`, description ?? "");
  };
}

function logFailures(provider, id) {
  const events = ["authorization.error", "grant.error", "userinfo.error", "end_session.error", "revocation.error", "pushed_authorization_request.error", "server_error"];
  for (const event of events) provider.on(event, (_context, error) => console.error(`${id}: ${event}:`, error.message, error.error_detail ?? ""));
  provider.on("backchannel.success", (_context, client) => console.log(`${id}: ${client.clientId} took the logout token`));
  provider.on("backchannel.error", (_context, error, client) => console.error(`${id}: ${client.clientId} refused the logout token:`, error.message));
}

/** Below a path the provider must not see the path, but know of it. */
function handlerOf(provider, title, prefix) {
  const answer = provider.callback();
  return async (request, response) => {
    if (!request.url.startsWith(`${prefix}/`)) return response.writeHead(404).end();
    if (prefix) {
      request.originalUrl = request.url;
      request.url = request.url.slice(prefix.length);
    }
    if (!(await interact(provider, title, request, response))) await answer(request, response);
  };
}
