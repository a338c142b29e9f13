// Many requests at once, and sessions that end somewhere else. Tabs of one browser are among the cases of the clients.
import { conformance } from "../../support/conform.js";
import { seen } from "../../support/outcome.js";
import { signedIn, whoIs } from "../../support/people.js";

const conform = conformance("i-concurrency");

conform({
  id: "I04",
  what: "fifty requests at once, whose token has ended: it is renewed once, since a refresh token is good once",
  expected: { statuses: [200], still: "brief@example.com" },
  run: async ({ newBrowser }) => {
    const browser = await signedIn(newBrowser, "brief@example.com");
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.send("GET", "/api/me")));
    return { statuses: [...new Set(answers.map(({ status }) => status))], still: await whoIs(browser) };
  },
});
conform({
  id: "I05",
  what: "a session is ended from another browser: the next GET session is empty, and the cookie goes",
  expected: {
    v4: {
      status: 200,
      type: "application/json",
      body: {},
      cookies: { session: "deleted; HttpOnly; Max-Age=0; Path=/; SameSite=Lax" },
    },
    v5: {
      status: 200,
      type: "application/json",
      body: null,
      cookies: { session: "deleted; HttpOnly; Max-Age=0; Path=/; SameSite=Lax" },
    },
  },
  run: async ({ newBrowser, side }) => {
    const [here, there] = [
      await signedIn(newBrowser, "grace@example.com"),
      await signedIn(newBrowser, "grace@example.com"),
    ];
    const { id } = (await there.get("/sessions")).body.sessions.find(({ current }) => current);
    await here.send("DELETE", `/api/auth/sessions/${id}`, { headers: { "x-csrf-token": await here.csrfToken() } });
    return seen(await there.get("/session"), side);
  },
});
conform({
  id: "I06",
  what: "thirty GET session at once with one cookie, and the cookie afterwards",
  run: async ({ newBrowser }) => {
    const browser = await signedIn(newBrowser);
    const people = await Promise.all(Array.from({ length: 30 }, () => whoIs(browser)));
    return { people: [...new Set(people)], afterwards: await whoIs(browser) };
  },
});
conform({
  id: "I07",
  what: "a first visit asks for the session and for the CSRF token at once: the token is good",
  run: async ({ browser }) => {
    const csrf = await browser.get("/csrf");
    // It left before the first answer came, so it had no cookie either.
    await browser.get("/session", { cookie: "" });
    const answer = await browser.post(
      "/callback/credentials",
      browser.script({
        csrfToken: csrf.body.csrfToken,
        email: "ada@example.com",
        password: "correct horse",
        callbackUrl: "/after",
      }),
    );
    return answer.body.url.replace(browser.side.origin, "");
  },
});
