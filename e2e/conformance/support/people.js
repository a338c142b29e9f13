// Shorthands for cases about somebody in particular.
import { PASSWORD } from "../environment/people.js";

export { PASSWORD };
export const ADA = "ada@example.com";
export const GRACE = "grace@example.com";

/** Somebody who has signed in, in a browser of their own. */
export async function signedIn(newBrowser, email = ADA) {
  const browser = newBrowser();
  const answer = await browser.signIn(email, PASSWORD);
  if (answer.body?.url !== `${browser.side.origin}/after`)
    throw new Error(`${email} cannot sign in: ${answer.status} ${answer.text}`);
  return browser;
}

const PLAIN = { v4: "next-auth.session-token", v5: "authjs.session-token" };

/** What the cookie of a session is called at this server, as browsers know it. */
export function sessionCookie(side, major) {
  const isSecure = side.origin.startsWith("https:");
  if (side.isGateway) return isSecure ? "__Host-Http-crossgate" : "crossgate";
  return (isSecure ? "__Secure-" : "") + PLAIN[major];
}

/** What the session says about somebody: nothing of it changes from call to call. */
export const whoIs = async (browser) => (await browser.get("/session")).body?.user?.email ?? "nobody";
