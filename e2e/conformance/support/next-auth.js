// The real functions of both majors that seal and open session tokens, and how an app reads its cookies with them.
import * as v4 from "next-auth-v4/jwt";
import * as v5 from "next-auth-v5/jwt";
import { APP_SECRET } from "../environment/tokens.js";

export { APP_SECRET };
const PACKAGES = { v4, v5 };
const NAMES = { v4: "next-auth.session-token", v5: "authjs.session-token" };

/** The session cookie of an app. */
export const nameOf = (major, isSecure = false) => (isSecure ? "__Secure-" : "") + NAMES[major];

/** Name and value of every cookie of a header. */
export const pairsOf = (header = "") =>
  header
    .split("; ")
    .filter(Boolean)
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);

/** The `Cookie` header that the app gets with a page; at the reference the app is the server itself. */
export async function cookiesOfApp(browser, path = "/page") {
  if (!browser.side.isGateway) return browser.jar.header();
  const page = await browser.send("GET", path);
  if (!page.body?.headers) throw new Error(`the app was not asked: ${page.status} ${page.text}`);
  return page.body.headers.cookie ?? "";
}

/** `getToken` as an app calls it. */
export function getToken(
  major,
  header,
  { secureCookie = false, raw = false, secret = APP_SECRET, getToken: read = PACKAGES[major].getToken } = {},
) {
  const req = { headers: { cookie: header }, cookies: Object.fromEntries(pairsOf(header)) };
  return read({ req, secret, secureCookie, raw });
}

/** Seals claims as the app would. The salt is the cookie's name, which version 4 knows nothing of. */
export function encode(major, token, { secret = APP_SECRET, salt = NAMES[major], maxAge = 3600 } = {}) {
  return PACKAGES[major].encode({ token, secret, maxAge, ...(major === "v5" && { salt }) });
}

export function decode(major, token, { secret = APP_SECRET, salt = NAMES[major] } = {}) {
  return PACKAGES[major].decode({ token, secret, ...(major === "v5" && { salt }) });
}

/** A cookie header for these pieces of one value. */
export const chunkHeader = (name, pieces) => pieces.map(([suffix, value]) => `${name}${suffix}=${value}`).join("; ");
