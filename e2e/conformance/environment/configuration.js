// Configurations of Crossgate, by what they are for.
import { randomBytes } from "node:crypto";
import { CLIENT, ISSUERS } from "./identity-provider.js";
import { APP_SECRET } from "./tokens.js";

const table = (name, entries) =>
  `[${name}]\n${Object.entries(entries)
    .map(([key, value]) => `${key} = ${inToml(value)}`)
    .join("\n")}\n`;

function inToml(value) {
  if (Array.isArray(value)) return `[${value.map(inToml).join(", ")}]`;
  if (typeof value === "object")
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${key} = ${inToml(member)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}

const provider = (idp, name) =>
  table(`sign_in.${name}`, {
    type: "oidc",
    name: `The ${name}`,
    issuer: `${idp}/${name}`,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    scopes: ["openid", "profile", "email"],
    allowed_parameters: ["login_hint"],
  });

const apis = (address, token) => [
  table("[api]", { path: "/api", url: address, token: "api", app: ["/api/page"] }),
  table("[api]", {
    path: "/tokens",
    url: address,
    token,
    public: ["/tokens/**"],
    cookies: ["next-auth.session-token", "authjs.session-token"],
  }),
];

/** The short form where there is nothing but the version. */
function app(address, { major: version, nextAuth, hook, moveIn, moveOut }) {
  if (!nextAuth) return [table("app", { url: address, next_auth: version })];
  const parts = Object.entries({ hook, move_in: moveIn, move_out: moveOut }).filter(([, entries]) => entries);
  return [
    table("app", { url: address }),
    table("app.next_auth", { version, ...nextAuth }),
    ...parts.map(([name, entries]) => table(`app.next_auth.${name}`, entries)),
  ];
}

const credentials = () =>
  table("sign_in.credentials", {
    login: {
      request: "POST /api/login",
      user: "/user",
      access_token: "/token",
      refresh_token: "/refreshToken",
      expires_in: "/expiresIn",
    },
    refresh: { request: "POST /api/refresh", body: { refreshToken: "{refresh_token}" } },
  });

const PAGES = { sign_in: "/login", sign_out: "/goodbye", error: "/oops" };

/** The text of a file. `nextAuth` is the table for an app that is written for next-auth, beside its version. */
export function configurationText(plan) {
  const { origin, port, servers, pages, tokenApi = "none", store = "memory:" } = plan;
  const { secret = randomBytes(32).toString("hex") } = plan;
  return [
    `public_url = "${origin}"`,
    `secret = "${secret}"`,
    table("listen", { address: `127.0.0.1:${port}`, admin: false }),
    ...app(servers.app, plan),
    table("pages", { ...(pages && PAGES), protected: ["/private/**"] }),
    ...apis(servers.api, tokenApi),
    credentials(),
    ...ISSUERS.map((name) => provider(servers.idp, name)),
    // The reference has one lifetime, which every request prolongs.
    table("session", { idle_timeout: "30d", absolute_timeout: "30d" }),
    table("throttle", { per_account: 10_000, per_address: 10_000 }),
    table("store", { url: store }),
  ].join("\n");
}

/** The table of a gateway that gives the app its session cookie. */
export const appCookie = (more = {}) => ({ secret: APP_SECRET, ...more });
