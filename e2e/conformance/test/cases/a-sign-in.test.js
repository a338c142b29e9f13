// Plain HTTP: signing in with credentials, CSRF tokens, and bodies of every kind.
import { createHash } from "node:crypto";
import { conformance } from "../../support/conform.js";
import { brief, leadsTo, seen, seenWithCache } from "../../support/outcome.js";
import { ADA, PASSWORD, signedIn, whoIs } from "../../support/people.js";

const conform = conformance("a-sign-in");
const CALLBACK = "/callback/credentials";
const right = (more) => ({ email: ADA, password: PASSWORD, callbackUrl: "/after", ...more });

const OUTCOMES = [
  ["A04", "the password is right", ADA, PASSWORD],
  ["A06", "the password is wrong", ADA, "wrong"],
  ["A06.2", "the API refuses with a message and a code", "message@example.com", "any"],
  ["A07", "the API refuses the person", "refused@example.com", PASSWORD],
  ["A07.2", "the API fails", "broken@example.com", PASSWORD],
  ["A07.3", "a field is missing", ADA, undefined],
];

for (const [id, what, email, password] of OUTCOMES) {
  const fields = Object.fromEntries(Object.entries({ email, password }).filter(([, value]) => value));
  conform({
    id,
    what: `${what}, asked by a script`,
    run: async ({ browser, side }) => ({
      answer: seenWithCache(await browser.submit(CALLBACK, { ...fields, callbackUrl: "/after" }), side),
      then: await whoIs(browser),
    }),
  });
  conform({
    id: id === "A04" ? "A05" : `${id}, form`,
    what: `${what}, asked by a page`,
    plan: "pages",
    run: async ({ browser, side }) => ({
      answer: seen(await browser.submit(CALLBACK, { ...fields, callbackUrl: "/after" }, { isForm: true }), side),
      then: await whoIs(browser),
    }),
  });
}

conform({
  id: "A07.4",
  what: "the same, where the app has pages of its own",
  plan: "pages",
  run: async ({ browser, side }) =>
    Object.fromEntries(
      await inTurn(OUTCOMES.slice(1, 4), async ([, what, email, password]) => [
        what,
        leadsTo(await browser.signIn(email, password), side),
      ]),
    ),
});

async function inTurn(items, visit) {
  const all = [];
  for (const item of items) all.push(await visit(item));
  return all;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Changes the cookie that belongs to the CSRF token. */
function change(browser, edit) {
  const [name] = browser.jar.names(/csrf-token|crossgate-browser/);
  browser.jar.cookies.set(name, edit(browser.jar.cookies.get(name)));
}

/** Each gives the token to send with a browser that has fetched one. */
const TOKENS = {
  "the right one": (_browser, token) => token,
  none: () => undefined,
  another: () => "0".repeat(64),
  empty: () => "",
  "in capitals": (_browser, token) => token.toUpperCase(),
  "one that somebody planted together with its cookie": (browser) => {
    const token = "a".repeat(64);
    change(browser, () => `${token}%7C${sha256(token)}`);
    return token;
  },
  "the right one, and the cookie is gone": (browser, token) => {
    browser.jar.cookies.clear();
    return token;
  },
  "the right one, and the cookie is changed": (browser, token) => {
    change(browser, (value) => value.slice(0, -4) + (value.endsWith("AAAA") ? "BBBB" : "AAAA"));
    return token;
  },
};

for (const [what, tokenFor] of Object.entries(TOKENS)) {
  conform({
    id: "A08",
    what: `the CSRF token is ${what}`,
    run: async ({ browser, side }) => {
      const csrfToken = tokenFor(browser, await browser.csrfToken());
      const answer = await browser.post(CALLBACK, browser.script(right(csrfToken === undefined ? {} : { csrfToken })));
      return { answer: seen(answer, side), then: await whoIs(browser) };
    },
  });
}
conform({
  id: "A08.2",
  what: "the CSRF token stands only in the query",
  run: async ({ browser, side }) =>
    leadsTo(await browser.post(`${CALLBACK}?csrfToken=${await browser.csrfToken()}`, browser.script(right())), side),
});
conform({
  id: "A08.3",
  what: "the cookie of the CSRF token: hash in capitals, pipe not encoded, one part too many",
  run: async ({ newBrowser, side, isGateway }) => {
    const edits = {
      capitals: (value) => value.replace(/[0-9a-f]{64}$/, (hash) => hash.toUpperCase()),
      pipe: (value) => value.replace("%7C", "|"),
      part: (value) => `${value}%7Cmore`,
    };
    return Object.fromEntries(
      await inTurn(Object.entries(edits), async ([name, edit]) => {
        const browser = newBrowser();
        const csrfToken = await browser.csrfToken();
        // The cookie of Crossgate has one part; what is done to it here is any change.
        change(browser, isGateway ? (value) => `${value}x` : edit);
        return [name, leadsTo(await browser.post(CALLBACK, browser.script(right({ csrfToken }))), side).to];
      }),
    );
  },
});
conform({
  id: "A09",
  what: "the CSRF token of another browser",
  run: async ({ browser, newBrowser, side }) => {
    await browser.csrfToken();
    return leadsTo(
      await browser.post(CALLBACK, browser.script(right({ csrfToken: await newBrowser().csrfToken() }))),
      side,
    );
  },
});
conform({
  id: "A09.2",
  what: "the right CSRF token, and the request comes from a foreign site",
  run: async ({ newBrowser, side }) => {
    const foreign = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin: undefined },
    ];
    return inTurn(foreign, async (headers) => {
      const browser = newBrowser();
      const { form, headers: usual } = browser.script(right({ csrfToken: await browser.csrfToken() }));
      const answer = await browser.post(CALLBACK, { form, headers: { ...usual, ...headers } });
      return { to: leadsTo(answer, side).to, then: await whoIs(browser) };
    });
  },
});
conform({
  id: "A09.3",
  what: "the CSRF token from before the sign-in still serves afterwards",
  run: async ({ browser, side }) => {
    const csrfToken = await browser.csrfToken();
    await browser.post(CALLBACK, browser.script(right({ csrfToken })));
    return leadsTo(await browser.post("/signout", browser.script({ csrfToken, callbackUrl: "/bye" })), side);
  },
});
conform({
  id: "A09.4",
  what: "a sign-in over a session: the earlier one ends",
  run: async ({ newBrowser }) => {
    const browser = await signedIn(newBrowser);
    const earlier = browser.copy();
    await browser.signIn("grace@example.com", PASSWORD);
    return { now: await whoIs(browser), earlier: await whoIs(earlier) };
  },
});

const BODIES = {
  "JSON, with `json` as a text": (fields) => ({ json: { ...fields, json: "true" } }),
  "JSON, with `json` as a boolean": (fields) => ({ json: { ...fields, json: true } }),
  "no JSON after all": () => ({ body: "{", type: "application/json" }),
  "a JSON list": () => ({ body: "[]", type: "application/json" }),
  "plain text": (fields) => ({ body: new URLSearchParams(fields).toString(), type: "text/plain" }),
  "a form without a type": (fields) => ({ body: new URLSearchParams(fields).toString() }),
  nothing: () => ({ body: "", type: "application/x-www-form-urlencoded" }),
  "a form of a megabyte": (fields) => ({ form: { ...fields, more: "x".repeat(1 << 20) } }),
  "the same field twice": (fields) => ({
    body: `${new URLSearchParams(fields)}&email=eve%40example.com`,
    type: "application/x-www-form-urlencoded",
  }),
};

for (const [what, bodyOf] of Object.entries(BODIES)) {
  conform({
    id: "A22",
    what: `the body of a sign-in is ${what}`,
    plan: "pages",
    run: async ({ browser, side }) => {
      const fields = right({ csrfToken: await browser.csrfToken() });
      return { answer: brief(await browser.post(CALLBACK, bodyOf(fields)), side), then: await whoIs(browser) };
    },
  });
}
