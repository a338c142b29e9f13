// Cases for a client: what a page asks while it is open.
import { ADA, PASSWORD } from "../people.js";
import { signedInPage } from "./signing.js";

async function seenIn(tab) {
  await tab.quiet();
  return {
    states: tab.states,
    requests: tab.log(),
    broadcasts: tab.broadcasts,
    beacons: await tab.beacons(),
    navigations: await tab.navigations(),
  };
}

async function mounted({ page }, options, status) {
  const tab = await page();
  await tab.mount(options);
  await tab.shows(status);
  return tab;
}

async function updating(context, ...data) {
  const tab = await signedInPage(context);
  const result = await tab.call("update", ...data);
  return { result, ...(await seenIn(tab)) };
}

const broken = () => ({ status: 503, text: JSON.stringify({ error: "store_unavailable" }) });

/** Asks once more after a fault has gone. */
async function recovering(context) {
  const tab = await signedInPage(context);
  tab.stubs["GET /api/auth/session"] = broken;
  const during = await tab.call("getSession", { broadcast: false });
  delete tab.stubs["GET /api/auth/session"];
  return { during, afterwards: await tab.call("getSession", { broadcast: false }), ...(await seenIn(tab)) };
}

async function again(context, session, ...events) {
  const tab = session ? await signedInPage(context) : await mounted(context, {}, "unauthenticated");
  await tab.quiet();
  tab.requests = [];
  for (const [type, members] of events) await tab.event(type, members);
  return seenIn(tab);
}

const visible = [["visibilitychange", { target: "document" }]];
const message = {
  key: "nextauth.message",
  newValue: JSON.stringify({ event: "session", data: { trigger: "getSession" }, timestamp: 1 }),
};

async function polling(context, props, change = async () => {}) {
  await context.browser.signIn(ADA, PASSWORD);
  const tab = await mounted(context, { props }, "authenticated");
  await tab.quiet();
  await change(tab);
  tab.requests = [];
  await tab.tick();
  return (await seenIn(tab)).requests;
}

const offline = async (tab) => {
  await tab.set({ onLine: false });
  await tab.event("offline");
  await tab.quiet();
};

export const LIFECYCLE = [
  {
    id: "B01",
    what: "a page is opened, nobody is signed in",
    run: async (context) => seenIn(await mounted(context, {}, "unauthenticated")),
  },
  {
    id: "B01.2",
    what: "a page is opened, somebody is signed in",
    run: async (context) => {
      await context.browser.signIn(ADA, PASSWORD);
      return seenIn(await mounted(context, {}, "authenticated"));
    },
  },
  { id: "B11", what: "update() without data", run: (context) => updating(context) },
  { id: "B11.2", what: "update() with data", plan: "update", run: (context) => updating(context, { name: "Ada L." }) },
  {
    id: "B12",
    what: "update() with data and a wrong CSRF token",
    run: async (context) => {
      const tab = await signedInPage(context);
      tab.stubs["GET /api/auth/csrf"] = () => ({ status: 200, text: JSON.stringify({ csrfToken: "0".repeat(64) }) });
      const result = await tab.call("update", { name: "Eve" });
      return { result, ...(await seenIn(tab)) };
    },
  },
  {
    id: "B14",
    what: "the page comes into view, somebody is signed in",
    run: (context) => again(context, true, ...visible),
  },
  {
    id: "B14.2",
    what: "the page comes into view, nobody is signed in",
    run: (context) => again(context, false, ...visible),
  },
  { id: "B15", what: "refetchInterval", run: (context) => polling(context, { refetchInterval: 60 }) },
  {
    id: "B15.2",
    what: "refetchInterval while there is no network",
    run: (context) => polling(context, { refetchInterval: 60, refetchWhenOffline: false }, offline),
  },
  {
    id: "B16",
    what: "another tab says in the storage that the session has changed",
    majors: ["v4"],
    run: (context) => again(context, true, ["storage", message]),
  },
  {
    id: "B17",
    what: "useSession({ required: true }), nobody is signed in",
    run: async (context) => {
      const tab = await mounted(context, { required: true }, "loading");
      await tab.quiet();
      const [target] = await tab.navigations();
      const page = await context.browser.send(
        "GET",
        target.replaceAll("ORIGIN%2F", encodeURIComponent(`${context.side.origin}/`)).replace("ORIGIN", ""),
      );
      return { ...(await seenIn(tab)), status: page.status };
    },
  },
  {
    id: "B18",
    what: "a page with a session from the server",
    run: async (context) => seenIn(await mounted(context, { props: { session: null } }, "unauthenticated")),
  },
  { id: "B19", what: "the session cannot be asked for once", run: recovering },
  {
    id: "B21",
    what: "twenty questions at a time",
    run: async (context) => {
      const tab = await signedInPage(context);
      const answers = await Promise.all(Array.from({ length: 20 }, () => tab.call("getSession", { broadcast: false })));
      return {
        answers: [...new Set(answers.map(({ user }) => user.email))],
        jar: (await context.browser.get("/session")).body.user.email,
      };
    },
  },
  {
    id: "B22",
    what: "a server asks for a page: getSession and getCsrfToken with its cookies",
    majors: ["v4"],
    run: async ({ browser, server }) => {
      await browser.signIn(ADA, PASSWORD);
      const req = { headers: { cookie: browser.jar.header() } };
      const [tab, token] = [await server(), await browser.csrfToken()];
      const answers = {
        session: await tab.call("getSession", { req }),
        isSame: (await tab.call("getCsrfToken", { req })) === "<64 hex>",
        token: token.length,
      };
      return { ...answers, providers: Object.keys(await tab.call("getProviders")), requests: tab.log() };
    },
  },
  {
    id: "B22.2",
    what: "a server asks for a page: getSession with its cookies",
    majors: ["v5"],
    run: async ({ browser, server }) => {
      await browser.signIn(ADA, PASSWORD);
      const tab = await server();
      return {
        session: await tab.call("getSession", { headers: { cookie: browser.jar.header() } }),
        requests: tab.log(),
      };
    },
  },
];
