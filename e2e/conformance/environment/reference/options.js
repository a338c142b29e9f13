// What the next-auth options of both majors have in common: an app that signs people in at the same API and the same
// providers as Crossgate does.
import { CLIENT, ISSUERS } from "../identity-provider.js";
import { APP_SECRET } from "../tokens.js";

const SILENT = { error() {}, warn() {}, debug() {} };

/** What the API says to a login: a user, nobody, or a refusal with a text and a code. */
export async function login(api, { email, password }) {
  const response = await fetch(`${api}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (response.status === 423) return { isRefused: true };
  if (response.status === 500) throw new Error("the API does not answer");
  const body = await response.json().catch(() => undefined);
  return response.ok ? { user: body.user } : { refusal: body };
}

/** The claims that a person may change are the ones that Crossgate is told of. */
function keepClaims({ token, trigger, session }) {
  const name = session?.name ?? session?.user?.name;
  return trigger === "update" && typeof name === "string" ? { ...token, name } : token;
}

const settings = (issuer, name) => ({
  id: name,
  name: `The ${name}`,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  issuer,
  checks: ["pkce", "state", "nonce"],
});

/** The providers, without what one major alone wants. */
export const providers = (idp) => ISSUERS.map((name) => settings(`${idp}/${name}`, name));

/** Options that both majors know. */
export function commonOptions({ pages, cookies }) {
  return {
    secret: APP_SECRET,
    logger: SILENT,
    ...(pages && { pages: { signIn: "/login", signOut: "/goodbye", error: "/oops" } }),
    ...(cookies && { cookies }),
    callbacks: { signIn: ({ user }) => !user.isRefused, jwt: keepClaims },
  };
}
