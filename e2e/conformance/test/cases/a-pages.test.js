// Plain HTTP: pages, errors, reports of the client, and what is no endpoint.
import { conformance } from "../../support/conform.js";
import { brief, cookiesOf, leadsTo, seen } from "../../support/outcome.js";

const conform = conformance("a-pages");
const get =
  (path) =>
  async ({ browser, side }) =>
    seen(await browser.get(path), side);

const SIGN_IN = [
  "",
  "?callbackUrl=%2Fadmin%3Fx%3D1",
  "?callbackUrl=https%3A%2F%2Fevil.example&error=SessionRequired",
  "?error=a%20b%26c",
  "?csrf=true",
  "/first",
];
for (const query of SIGN_IN) {
  conform({ id: "A16", what: `GET signin${query}, the app's own page`, plan: "pages", run: get(`/signin${query}`) });
}
conform({ id: "A16.2", what: "GET signin, the built-in page", run: get("/signin") });
conform({
  id: "A16.3",
  what: "GET signin with an absolute callbackUrl of this site",
  plan: "pages",
  run: async ({ browser, side }) =>
    seen(await browser.get(`/signin?callbackUrl=${encodeURIComponent(`${side.origin}/admin?x=1`)}`), side),
});

const ERRORS = [
  "Configuration",
  "AccessDenied",
  "Verification",
  "CredentialsSignin",
  "OAuthSignin",
  "OAuthCallback",
  "OAuthCallbackError",
  "OAuthCreateAccount",
  "EmailCreateAccount",
  "Callback",
  "OAuthAccountNotLinked",
  "EmailSignin",
  "SessionRequired",
  "MissingCSRF",
  "configuration",
  "Anything",
];
for (const error of ERRORS) {
  conform({
    id: "A17",
    what: `GET error?error=${error}`,
    run: async ({ browser, side }) => leadsTo(await browser.get(`/error?error=${error}`), side),
  });
}
conform({
  id: "A17.2",
  what: "GET error without an error",
  run: async ({ browser, side }) => leadsTo(await browser.get("/error"), side),
});
for (const error of ["Configuration", "AccessDenied", "CredentialsSignin", "a%20b%26c"]) {
  conform({
    id: "A17.3",
    what: `GET error?error=${error}, the app's own page`,
    plan: "pages",
    run: async ({ browser, side }) => leadsTo(await browser.get(`/error?error=${error}`), side),
  });
}
conform({
  id: "A17.4",
  what: "GET error/Configuration",
  run: async ({ browser, side }) => brief(await browser.get("/error/Configuration"), side),
});
conform({ id: "A18", what: "GET verify-request", run: get("/verify-request") });
conform({ id: "A18.2", what: "GET signout, the built-in page", run: get("/signout") });
conform({ id: "A18.3", what: "GET signout, the app's own page", plan: "pages", run: get("/signout") });
conform({
  id: "A19",
  what: "POST _log",
  majors: ["v4"],
  run: async ({ browser, side }) =>
    seen(await browser.post("/_log", { form: { level: "error", code: "CLIENT_FETCH_ERROR", message: "x" } }), side),
});
conform({
  id: "A19.2",
  what: "POST _log of a megabyte and a half",
  majors: ["v4"],
  run: async ({ browser }) => (await browser.post("/_log", { form: { message: "x".repeat(3 << 19) } })).status,
});
conform({
  id: "A19.3",
  what: "POST _log, which is no endpoint",
  majors: ["v5"],
  run: async ({ browser, side }) => ({ answer: brief(await browser.post("/_log", { form: { level: "error" } }), side) }),
});

const REQUESTS = [
  "GET /unknown",
  "GET ",
  "GET /",
  "POST /csrf",
  "POST /providers",
  "PUT /session",
  "DELETE /csrf",
  "OPTIONS /session",
  "HEAD /session",
  "GET /session/",
  "GET /csrf/extra",
  "GET /signin/first/extra",
  "GET /callback/credentials",
  "GET /callback/unknown?code=1&state=2",
  "POST /callback/unknown",
  "GET /callback",
];
for (const text of REQUESTS) {
  const [method, path] = text.split(" ");
  conform({
    id: "A20",
    what: `${method} BASE${path}`,
    run: async ({ browser, side }) => {
      const answer = await browser.send(method, browser.base + path);
      return { answer: brief(answer, side), setsSession: "session" in cookiesOf(answer) };
    },
  });
}
conform({
  id: "A20.2",
  what: "POST signin without a provider, with the one for credentials, with an unknown one",
  plan: "pages",
  run: async ({ browser, side }) => {
    const paths = ["/signin", "/signin/credentials", "/signin/unknown"];
    const answers = [];
    for (const path of paths)
      answers.push([path, leadsTo(await browser.submit(path, { callbackUrl: "/after" }), side)]);
    return Object.fromEntries(answers);
  },
});
