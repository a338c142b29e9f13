// Every pair of servers that the cases are run against: the reference and Crossgate, for both majors.
import { appCookie } from "./configuration.js";
import { NEW_SECRET } from "./tokens.js";

/** Where both believe to be, in the plans with TLS in front. */
const SHOP = "https://shop.example";
const TOKEN = { role: "{user.role}", note: "{user.note}" };
const SESSION = { user: { id: "{sub}", role: "{role}" } };
const HOOK = { request: "POST /api/session-claims", claims: "/claims" };

/** By name: what is particular about it, for the reference and for Crossgate. Without `reference` there is none. */
export const PLANS = {
  plain: { reference: {} },
  pages: { reference: { pages: true }, gateway: { pages: true } },
  secure: { reference: { origin: SHOP }, gateway: { origin: SHOP } },
  renamed: {
    reference: { basePath: "/login/session", isRenamed: true },
    gateway: { nextAuth: appCookie({ base_path: "/login/session", cookie: "shop.session" }) },
  },
  cookie: { reference: {}, gateway: { nextAuth: appCookie() } },
  "secure cookie": { reference: { origin: SHOP }, gateway: { origin: SHOP, nextAuth: appCookie() } },
  mapped: { gateway: { nextAuth: appCookie({ update: ["name"], token: TOKEN, session: SESSION }), hook: HOOK } },
  update: { reference: {}, gateway: { nextAuth: appCookie({ update: ["name"] }) } },
  adopt: { gateway: { nextAuth: appCookie({ from_app: "adopt" }) } },
  "moving in": { reference: {}, gateway: { nextAuth: appCookie(), moveIn: { from: ["v4", "v5"] } } },
  "moving in with old secrets": {
    gateway: { nextAuth: { secret: [NEW_SECRET, appCookie().secret] }, moveIn: { from: ["v4", "v5"] } },
  },
  "moving out": { reference: {}, gateway: { nextAuth: appCookie(), moveOut: {} } },
  bearer: { gateway: { nextAuth: appCookie(), tokenApi: "next-auth" } },
};
