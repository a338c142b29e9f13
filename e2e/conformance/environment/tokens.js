// What the real `getToken` of both majors makes of a request that arrived.
import { getToken as getTokenV4 } from "next-auth-v4/jwt";
import { getToken as getTokenV5 } from "next-auth-v5/jwt";

/** The app's NEXTAUTH_SECRET / AUTH_SECRET. */
export const APP_SECRET = "conformance-secret-0123456789abcdef";
/** What it is changed to; the other one then only opens. */
export const NEW_SECRET = "another-secret-fedcba9876543210";

const orError = (read) => read().catch((error) => ({ error: error.name }));

async function readOne(getToken, options) {
  const [claims, raw] = [
    await orError(() => getToken(options)),
    await orError(() => getToken({ ...options, raw: true })),
  ];
  return { claims, raw };
}

/** By major and by kind of cookie name. */
export async function readTokens(request) {
  const req = { headers: request.headers, cookies: request.cookies };
  const read = {};
  for (const [major, getToken] of [
    ["v4", getTokenV4],
    ["v5", getTokenV5],
  ]) {
    for (const secureCookie of [false, true]) {
      read[`${major}${secureCookie ? "-secure" : ""}`] = await readOne(getToken, {
        req,
        secret: APP_SECRET,
        secureCookie,
      });
    }
  }
  return read;
}
