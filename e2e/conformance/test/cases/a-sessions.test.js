// Plain HTTP: the session, and the endpoints that only read.
import { conformance } from "../../support/conform.js";
import { answered, cookiesOf, leadsTo, roleOf, seen, seenWithCache } from "../../support/outcome.js";
import { PASSWORD, sessionCookie, signedIn, whoIs } from "../../support/people.js";

const conform = conformance("a-sessions");
const namesOf = (browser) => Object.fromEntries([...browser.jar.cookies.keys()].map((name) => [roleOf(name), name]));

conform({
  id: "A01",
  what: "GET session without a cookie",
  run: async ({ browser, side }) => seenWithCache(await browser.get("/session"), side),
});
conform({
  id: "A01.2",
  what: "GET session of somebody who is signed in",
  run: async ({ newBrowser, side }) => seenWithCache(await (await signedIn(newBrowser)).get("/session"), side),
});
conform({
  id: "A01.3",
  what: "GET session of somebody without name, e-mail address and picture",
  run: async ({ newBrowser, side }) =>
    answered(await (await signedIn(newBrowser, "bare@example.com")).get("/session"), side),
});
conform({
  id: "A02",
  what: "GET csrf twice",
  run: async ({ browser, side }) => [
    seenWithCache(await browser.get("/csrf"), side),
    seenWithCache(await browser.get("/csrf"), side),
  ],
});
conform({
  id: "A02.2",
  what: "the same browser has the same CSRF token all the time; another one has another",
  run: async ({ browser, newBrowser }) => {
    const [first, second, foreign] = [
      await browser.csrfToken(),
      await browser.csrfToken(),
      await newBrowser().csrfToken(),
    ];
    return { isHex: /^[0-9a-f]{64}$/.test(first), isKept: first === second, isShared: first === foreign };
  },
});
conform({
  id: "A02.3",
  what: "the cookie of a CSRF token holds the token",
  run: async ({ browser }) => {
    const token = await browser.csrfToken();
    const [value] = browser.jar.cookies.values();
    return { holdsToken: value.includes(token), hasHash: /^[0-9a-f]{64}%7C[0-9a-f]{64}$/.test(value) };
  },
});
conform({
  id: "A03",
  what: "GET providers",
  run: async ({ browser, side }) => seenWithCache(await browser.get("/providers"), side),
});
conform({
  id: "A10",
  what: "POST session without a CSRF token",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    return {
      answer: seen(await browser.post("/session", { json: { data: { name: "Eve" } } }), side),
      still: await whoIs(browser),
    };
  },
});
conform({
  id: "A11",
  what: "POST session with data: nothing is taken over but what is on a list",
  plan: "update",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    const data = { name: "Ada L.", email: "eve@example.com", role: "owner" };
    const answer = await browser.post("/session", { json: { csrfToken: await browser.csrfToken(), data } });
    return { answer: answered(answer, side), next: answered(await browser.get("/session"), side) };
  },
});
conform({
  id: "A11.2",
  what: "POST session with data below `user`",
  plan: "update",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    const answer = await browser.post("/session", {
      json: { csrfToken: await browser.csrfToken(), data: { user: { name: "Ada L." } } },
    });
    return { answer: answered(answer, side), next: answered(await browser.get("/session"), side) };
  },
});
conform({
  id: "A11.3",
  what: "POST session without data",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    return seen(await browser.post("/session", { json: { csrfToken: await browser.csrfToken() } }), side);
  },
});
conform({
  id: "A11.4",
  what: "POST session of nobody, with a CSRF token",
  run: async ({ browser, side }) =>
    seen(
      await browser.post("/session", { json: { csrfToken: await browser.csrfToken(), data: { name: "Eve" } } }),
      side,
    ),
});
conform({
  id: "A12",
  what: "GET session with a cookie that means nothing: no session, and the cookie is deleted",
  run: async ({ browser, side, major }) =>
    seen(await browser.get("/session", { cookie: `${sessionCookie(side, major)}=garbage` }), side),
});
conform({
  id: "A12.2",
  what: "GET session with a cookie of the right form that nobody has issued",
  run: async ({ browser, side, major }) => {
    const signed = await signedIn(() => browser);
    const name = sessionCookie(side, major);
    const value = signed.jar.cookies.get(name);
    const forged = value.slice(0, -6) + (value.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA");
    return seen(await browser.get("/session", { cookie: `${name}=${forged}` }), side);
  },
});
conform({
  id: "A12.3",
  what: "the session cookie stands twice, with two values",
  run: async ({ newBrowser, side, major }) => {
    const [name, browser, other] = [
      sessionCookie(side, major),
      await signedIn(newBrowser),
      await signedIn(newBrowser, "grace@example.com"),
    ];
    const pairs = [browser, other].map(({ jar }) => `${name}=${jar.cookies.get(name)}`);
    return answered(await browser.get("/session", { cookie: pairs.join("; ") }), side);
  },
});
conform({
  id: "A14",
  what: "POST signout: the address, and the cookie is deleted",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    return {
      answer: seen(await browser.submit("/signout", { callbackUrl: `${side.origin}/bye` }), side),
      after: await whoIs(browser),
    };
  },
});
conform({
  id: "A14.2",
  what: "POST signout from a page",
  run: async ({ newBrowser, side }) =>
    seen(await (await signedIn(newBrowser)).submit("/signout", { callbackUrl: "/bye" }, { isForm: true }), side),
});
conform({
  id: "A14.3",
  what: "the cookie is used once more after the sign-out",
  run: async ({ newBrowser }) => {
    const browser = await signedIn(newBrowser);
    const copy = browser.copy();
    await browser.submit("/signout");
    return whoIs(copy);
  },
});
conform({
  id: "A15",
  what: "POST signout of nobody",
  run: async ({ browser, side }) => seen(await browser.submit("/signout", { callbackUrl: `${side.origin}/bye` }), side),
});
conform({
  id: "A15.2",
  what: "POST signout without a CSRF token: the session stays",
  run: async ({ newBrowser, side }) => {
    const browser = await signedIn(newBrowser);
    return {
      answer: seen(await browser.post("/signout", browser.script({ callbackUrl: "/bye" })), side),
      still: await whoIs(browser),
    };
  },
});
conform({
  id: "A21",
  what: "a callback cookie with an address that is none",
  run: async ({ browser, side, major }) => {
    const cookie = `${major === "v4" ? "next-auth" : "authjs"}.callback-url=javascript%3Aalert(1)`;
    return Object.fromEntries(
      await Promise.all(
        ["/session", "/csrf", "/providers"].map(async (path) => [path, (await browser.get(path, { cookie })).status]),
      ),
    );
  },
});
conform({
  id: "A23",
  what: "https: names and attributes of the cookies",
  plan: "secure",
  run: async ({ newBrowser }) => {
    const browser = newBrowser();
    const cookies = {
      csrf: cookiesOf(await browser.get("/csrf")),
      signIn: cookiesOf(await browser.signIn("ada@example.com", PASSWORD)),
    };
    return { ...cookies, names: namesOf(browser), signOut: cookiesOf(await browser.submit("/signout")) };
  },
});
conform({
  id: "A23.2",
  what: "http on loopback: names of the cookies",
  run: async ({ newBrowser }) => ({ names: namesOf(await signedIn(newBrowser)) }),
});
conform({
  id: "A24",
  what: "a path and a cookie name of the app's own",
  plan: "renamed",
  run: async (context) => {
    const side = { ...context.side, basePath: "/login/session" };
    const browser = Object.assign(context.newBrowser(), { side, base: side.basePath });
    const { credentials } = answered(await browser.get("/providers"), side).body;
    const signIn = leadsTo(await browser.signIn("ada@example.com", PASSWORD), side);
    return {
      credentials,
      signIn,
      session: answered(await browser.get("/session"), side),
      isElsewhereToo: (await browser.send("GET", "/api/auth/csrf")).status === 200,
    };
  },
});
