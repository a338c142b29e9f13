// The app's session token: what the real `getToken`, `getServerSession` and `auth` make of Crossgate's, and the other way round.
import { NEW_SECRET } from "../../environment/tokens.js";
import { conformance } from "../../support/conform.js";
import { FORGERIES } from "../../support/forge.js";
import { APP_SECRET, cookiesOfApp, decode, encode, getToken, nameOf, pairsOf } from "../../support/next-auth.js";
import { signedIn, whoIs } from "../../support/people.js";

const conform = conformance("d-tokens");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Claims with the kinds of those that are others every time. */
function described({ iat, exp, jti, sid, ...claims }) {
  return {
    ...claims,
    iat: typeof iat,
    days: (exp - iat) / 86_400,
    jti: UUID.test(jti) ? "a UUID" : jti,
    ...(sid && { sid: typeof sid }),
  };
}

for (const [id, plan, secureCookie] of [
  ["D01", "cookie", false],
  ["D02", "secure cookie", true],
]) {
  conform({
    id,
    what: `getToken of the app, ${secureCookie ? "https" : "http"}`,
    plan,
    run: async ({ newBrowser, major }) => {
      const header = await cookiesOfApp(await signedIn(newBrowser));
      const [claims, raw] = [
        await getToken(major, header, { secureCookie }),
        await getToken(major, header, { secureCookie, raw: true }),
      ];
      const name = nameOf(major, secureCookie);
      return {
        claims: described(claims),
        isRaw: Object.fromEntries(pairsOf(header))[name] === raw,
        header: Buffer.from(raw.split(".")[0], "base64url").toString(),
      };
    },
  });
}
conform({
  id: "D01.2",
  what: "getToken of the app, nobody is signed in",
  plan: "cookie",
  run: async ({ browser, major }) => getToken(major, await cookiesOfApp(browser)),
});
conform({
  id: "D01.3",
  what: "the app gets its own session cookie and none of Crossgate's, also where a browser sends one",
  plan: "cookie",
  expected: {
    v4: { names: ["next-auth.session-token", "theme"], isPlanted: false },
    v5: { names: ["authjs.session-token", "theme"], isPlanted: false },
  },
  run: async ({ newBrowser, major }) => {
    const browser = await signedIn(newBrowser);
    browser.jar.cookies.set("theme", "dark");
    browser.jar.cookies.set(nameOf(major), "planted");
    browser.jar.cookies.set(`${nameOf(major)}.0`, "planted");
    const pairs = pairsOf(await cookiesOfApp(browser));
    return { names: pairs.map(([name]) => name).sort(), isPlanted: pairs.some(([, value]) => value === "planted") };
  },
});
conform({
  id: "D01.4",
  what: "claims and members that the configuration adds, and those of the hook",
  plan: "mapped",
  expected: {
    token: { role: "admin", plan: "gold", trigger: "signIn" },
    user: { id: "user-ada", role: "admin", name: "Ada", email: "ada@example.com", image: "http://img.example/x.png" },
  },
  run: async ({ newBrowser, major }) => {
    const browser = await signedIn(newBrowser);
    const { role, plan, trigger } = await getToken(major, await cookiesOfApp(browser));
    return { token: { role, plan, trigger }, user: (await browser.get("/session")).body.user };
  },
});
conform({
  id: "D01.5",
  what: "update(): the name from the list, the theme from the hook, and nothing else",
  plan: "mapped",
  expected: { name: "Ada L.", role: "admin", trigger: "update", theme: "dark", email: "ada@example.com" },
  run: async ({ newBrowser, major }) => {
    const browser = await signedIn(newBrowser);
    const data = { name: "Ada L.", role: "owner", email: "eve@example.com", theme: "dark" };
    await browser.post("/session", { json: { csrfToken: await browser.csrfToken(), data } });
    const { name, role, trigger, theme, email } = await getToken(major, await cookiesOfApp(browser));
    return { name, role, trigger, theme, email };
  },
});

for (const [what, forge] of Object.entries(FORGERIES)) {
  conform({
    id: what === "nothing" ? "D03" : "D07",
    what: `a browser brings a token of the app; what is wrong with it: ${what}`,
    plan: "moving in",
    run: async ({ browser, major }) => {
      browser.jar.cookies.set(nameOf(major), await forge(major));
      const { user } = (await browser.get("/session")).body ?? {};
      return { who: user ? (user.email ?? "somebody without a name") : "nobody" };
    },
  });
}
conform({
  id: "D03.2",
  what: "a token that the real encode made becomes a session and its cookie goes; it opens nothing after the sign-out",
  plan: "moving in",
  expected: {
    first: "ada@example.com",
    cookies: { session: "deleted" },
    then: "ada@example.com",
    claims: "user-ada",
    again: "nobody",
  },
  run: async ({ browser, newBrowser, major }) => {
    const value = await encode(major, { sub: "user-ada", name: "Ada", email: "ada@example.com" });
    browser.jar.cookies.set(nameOf(major), value);
    const answer = await browser.get("/session");
    const { sub } = await getToken(major, await cookiesOfApp(browser));
    const copy = newBrowser();
    copy.jar.cookies.set(nameOf(major), value);
    const lines = answer.setCookie.filter((line) => line.startsWith(nameOf(major)));
    const cookies = { session: lines.length === 1 && /Max-Age=0/.test(lines[0]) ? "deleted" : lines };
    const then = await whoIs(browser);
    await browser.submit("/signout");
    return { first: answer.body?.user?.email, cookies, then, claims: sub, again: await whoIs(copy) };
  },
});
const VECTORS = {
  v4: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..JQ_fAczgfEIdYEGu.n3oWMS90V2fGczUKXvfiOuVOU9QJEn173lS0Jyr7drJW6DPeC7QuUo8i2B45dX8rrniGVagAOhxDI-Da1WFnSln41-7dDAoBnrf-RRy_s4tH_Up3mFdbEbfSJcRE2KWKxOuwM1jqPlrNTxYb1w_dWQPBtbenO5XhvS_35iJRFZmdwmSbCzu6Lq6BZDM69ZwZlS7CYTo.SzzzziFfjVll_gL2MfRCPw",
  v5: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoidGdfZ3VXaVNmaHFWc3VVMjhXeW5Wd01vTWk2U3FCRFR6OVZrOUpyQWFlbnhPaTZ0VWdLV0U3WDZHdzd5SlpZaEhvNnBjNGRUbmxxNWJKVUs0a2haNHcifQ..9sUuUp5bTgh4yhONOjyiAw.NrxlxkanKnNaDlNunxeZZc75dkEEnb4fkY6IWoFz8ZYFI692B030_NDXQA-PUXkQVq8gZ36qUIGfTEF2TLgWVTO42xLopE1Gnk7vFMlzCS-1nzOHpclcAgWp3WrQ6jD-4ZrWPcDX4KulVMc9Bs4Hj8TQ_-KkwZRQhWieyOJ0MHxV3sMuIfk-i45d_fBabOoM5Ddk1UT43Q_wSeSDB-KLKA.EqICIwVNvEoYrYk5p6IwUh84XDL4PzY7hWb8dxlqfVM",
};
conform({
  id: "D04",
  what: "a token that the real package made some time ago",
  plan: "moving in",
  run: async ({ browser, major }) => {
    browser.jar.cookies.set(nameOf(major), VECTORS[major]);
    return whoIs(browser);
  },
});
conform({
  id: "D07.2",
  what: "a token under another secret, and in version 5 for another cookie",
  plan: "moving in",
  run: async ({ newBrowser, major }) => {
    const claims = { sub: "user-ada", email: "ada@example.com" };
    const tokens = [
      await encode(major, claims, { secret: "a-secret-that-nobody-here-knows" }),
      ...(major === "v5" ? [await encode(major, claims, { salt: nameOf("v5", true) })] : []),
    ];
    const seen = [];
    for (const token of tokens) {
      const browser = newBrowser();
      browser.jar.cookies.set(nameOf(major), token);
      seen.push(await whoIs(browser));
    }
    return seen;
  },
});
conform({
  id: "D08",
  what: "the state and the verifier of a sign-in are offered as a session",
  plan: "moving in",
  run: async ({ newBrowser, major, referenceBrowser }) => {
    const app = referenceBrowser();
    await app.submit("/signin/first", { callbackUrl: "/after" });
    const seen = {};
    for (const name of app.jar.names(/state|pkce|nonce/)) {
      const browser = newBrowser();
      browser.jar.cookies.set(nameOf(major), app.jar.cookies.get(name));
      seen[name] = await whoIs(browser);
    }
    return seen;
  },
});
conform({
  id: "D09",
  what: "the secret has changed: a token under the old one is accepted, what the app gets is under the new one",
  plan: "moving in with old secrets",
  expected: { who: "ada@example.com", underNew: "user-ada", underOld: "nobody" },
  run: async ({ browser, major }) => {
    browser.jar.cookies.set(nameOf(major), await encode(major, { sub: "user-ada", email: "ada@example.com" }));
    const [who, header] = [await whoIs(browser), await cookiesOfApp(browser)];
    const read = async (secret) => (await getToken(major, header, { secret }).catch(() => null))?.sub ?? "nobody";
    return { who, underNew: await read(NEW_SECRET), underOld: await read(APP_SECRET) };
  },
});
conform({
  id: "D10",
  what: "an Express API with getToken: the session's token comes as a Bearer token",
  plan: "bearer",
  expected: { sub: "user-ada", isRaw: true },
  run: async ({ newBrowser, major }) => {
    const { [major]: read } = (await (await signedIn(newBrowser)).send("GET", "/tokens/read")).body;
    return { sub: read.claims?.sub, isRaw: (await decode(major, read.raw))?.sub === "user-ada" };
  },
});
for (const [what, authorization] of Object.entries({
  "cannot be decoded": "Bearer %E0%A4%A",
  "is somebody else's": "Bearer planted",
  "has another scheme": "Basic cGxhbnRlZA==",
})) {
  conform({
    id: "D10.2",
    what: `an Express API with getToken: an Authorization header that ${what}`,
    plan: "bearer",
    expected: { stranger: { claims: null, raw: null }, signedIn: "user-ada" },
    run: async ({ browser, newBrowser, major }) => {
      const headers = { authorization };
      const { [major]: read } = (await browser.send("GET", "/tokens/read", { headers })).body;
      const { [major]: mine } = (await (await signedIn(newBrowser)).send("GET", "/tokens/read", { headers })).body;
      return { stranger: read, signedIn: mine.claims?.sub };
    },
  });
}

const OLDER = {
  v4: ["next-auth-v4-24-11"],
  v5: ["next-auth-v5-beta-29", "next-auth-v5-beta-30", "next-auth-v5-beta-31"],
};
for (const [version, name] of Object.values(OLDER)
  .flat()
  .map((alias) => [
    alias
      .replace("next-auth-", "")
      .replace(/v4-24-(\d+)/, "4.24.$1")
      .replace("v5-beta-", "5.0.0-beta."),
    alias,
  ])) {
  conform({
    id: "D14",
    what: `getToken of the app, next-auth ${version}`,
    plan: "cookie",
    majors: [name.startsWith("next-auth-v4") ? "v4" : "v5"],
    run: async ({ newBrowser, major }) => {
      const older = await import(`${name}/jwt`);
      return described(
        await getToken(major, await cookiesOfApp(await signedIn(newBrowser)), { getToken: older.getToken }),
      );
    },
  });
}
