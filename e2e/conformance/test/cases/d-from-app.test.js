// The app reads the session with its own library and sets its cookie anew: what becomes of it.
import { Auth } from "@auth/core";
import { getServerSession } from "next-auth-v4";
import { conformance } from "../../support/conform.js";
import { APP_SECRET, cookiesOfApp, decode, encode, getToken, nameOf, pairsOf } from "../../support/next-auth.js";
import { cookiesOf } from "../../support/outcome.js";
import { signedIn, whoIs } from "../../support/people.js";

const conform = conformance("d-from-app");

/** The app reads the session with its own library, which sets cookies anew. */
const readInApp = {
  async v4(header) {
    const lines = [];
    const response = {
      getHeader: () => lines,
      setHeader: (_name, values) => lines.splice(0, lines.length, ...[values].flat()),
    };
    const headers = { "x-forwarded-host": "127.0.0.1", "x-forwarded-proto": "http" };
    const request = { headers, cookies: Object.fromEntries(pairsOf(header)) };
    const session = await getServerSession(request, response, { secret: APP_SECRET, providers: [] });
    return { session, lines };
  },
  async v5(header) {
    const request = new Request("http://127.0.0.1/api/auth/session", { headers: { cookie: header } });
    const answer = await Auth(request, { secret: APP_SECRET, trustHost: true, basePath: "/api/auth", providers: [] });
    return { session: await answer.json(), lines: answer.headers.getSetCookie() };
  },
};
const valueIn = (lines, name) =>
  lines
    .find((line) => line.startsWith(`${name}=`))
    ?.split(";")[0]
    .slice(name.length + 1);
const setting = (lines) => `/page?${new URLSearchParams(lines.map((line) => ["set", line]))}`;

for (const [id, plan] of [
  ["D11", "cookie"],
  ["D12", "adopt"],
]) {
  conform({
    id,
    what: `the app reads the session and sets its cookie anew (from_app: ${plan === "cookie" ? "drop" : "adopt"})`,
    plan,
    expected: { email: "ada@example.com", hasSameSid: true, toBrowser: {}, then: "ada@example.com" },
    run: async ({ newBrowser, major }) => {
      const browser = await signedIn(newBrowser);
      const header = await cookiesOfApp(browser);
      const { session, lines } = await readInApp[major](header);
      const [before, after] = [await getToken(major, header), await decode(major, valueIn(lines, nameOf(major)))];
      const answer = await browser.send("GET", setting(lines));
      return {
        email: session.user.email,
        hasSameSid: typeof before.sid === "string" && before.sid === after.sid,
        toBrowser: cookiesOf(answer),
        then: await whoIs(browser),
      };
    },
  });
  conform({
    id: `${id}.2`,
    what: `the app changes a claim (from_app: ${plan === "cookie" ? "drop" : "adopt"})`,
    plan,
    expected: plan === "cookie" ? "Ada" : "Ada of the app",
    run: async ({ newBrowser, major }) => {
      const browser = await signedIn(newBrowser);
      const claims = await getToken(major, await cookiesOfApp(browser));
      const value = await encode(major, { ...claims, name: "Ada of the app" }, { maxAge: 30 * 86_400 });
      await browser.send("GET", setting([`${nameOf(major)}=${value}; Path=/; HttpOnly`]));
      return (await browser.get("/session")).body.user.name;
    },
  });
  conform({
    id: `${id}.3`,
    what: `the app deletes its cookie (from_app: ${plan === "cookie" ? "drop" : "adopt"})`,
    plan,
    expected: plan === "cookie" ? "ada@example.com" : "nobody",
    run: async ({ newBrowser, major }) => {
      const browser = await signedIn(newBrowser);
      await browser.send("GET", setting([`${nameOf(major)}=; Max-Age=0; Path=/; HttpOnly`]));
      return whoIs(browser);
    },
  });
}
conform({
  id: "D12.4",
  what: "the app sets a token of somebody else's session, or one that it cannot have sealed",
  plan: "adopt",
  expected: ["Ada", "Ada"],
  run: async ({ newBrowser, major }) => {
    const grace = await getToken(major, await cookiesOfApp(await signedIn(newBrowser, "grace@example.com")));
    const names = [];
    for (const secret of [APP_SECRET, "a-secret-that-nobody-here-knows"]) {
      const browser = await signedIn(newBrowser);
      const own = await getToken(major, await cookiesOfApp(browser));
      const value = await encode(major, { ...(secret === APP_SECRET ? grace : own), name: "Eve" }, { secret });
      await browser.send("GET", setting([`${nameOf(major)}=${value}; Path=/; HttpOnly`]));
      names.push((await browser.get("/session")).body?.user?.name);
    }
    return names;
  },
});
