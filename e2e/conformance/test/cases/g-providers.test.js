// Sign-in with a provider: a small one of our own, which gets wrong what it is told to.
import { conformance } from "../../support/conform.js";
import { atProvider, begin, comeBack, parametersOf, signInAtProvider } from "../../support/flow.js";
import { answered, brief, cookiesOf, seen } from "../../support/outcome.js";
import { whoIs } from "../../support/people.js";

const conform = conformance("g-providers");

/** Where it ended, and who is signed in. */
async function ending(browser, answer, side) {
  return { to: brief(answer, side), then: await whoIs(browser) };
}

conform({
  id: "G01",
  what: "the way to the provider",
  run: async ({ browser, side }) => {
    const { answer, url } = await begin(browser);
    return { cookies: cookiesOf(answer), request: parametersOf(url, side) };
  },
});
conform({
  id: "G01.2",
  what: "the way to the provider, asked by a page",
  run: async ({ browser, side }) => {
    const answer = await browser.submit("/signin/first", { callbackUrl: "/after" }, { isForm: true });
    return { status: answer.status, request: parametersOf(answer.headers.location, side) };
  },
});
conform({
  id: "G01.3",
  what: "the way back",
  run: async ({ browser, side }) => ({
    answer: seen(await signInAtProvider(browser), side),
    session: answered(await browser.get("/session"), side),
  }),
});
conform({
  id: "G02",
  what: "the person declines",
  run: async ({ browser, side }) =>
    ending(browser, await signInAtProvider(browser, { query: "?login_hint=denied" }), side),
});

/** Each changes the address or the browser before it comes back. */
const FAULTS = {
  G03: ["the state is gone", ({ address }) => address.searchParams.delete("state")],
  "G03.2": ["the state is another one", ({ address }) => address.searchParams.set("state", "another")],
  "G03.3": ["another browser comes back", ({ browser }) => browser.jar.cookies.clear()],
  G06: [
    "the cookie of the verifier is gone",
    ({ browser }) => browser.jar.names(/pkce|crossgate-signin/).forEach((name) => browser.jar.cookies.delete(name)),
  ],
  "G06.2": ["the code is gone", ({ address }) => address.searchParams.delete("code")],
  "G06.3": ["the code is another one", ({ address }) => address.searchParams.set("code", "another")],
  "G08.2": ["`iss` is gone, though the provider sends one", ({ address }) => address.searchParams.delete("iss")],
  G05: [
    "it comes back to the address of another provider",
    ({ address }) => (address.pathname = address.pathname.replace("first", "second")),
  ],
};

for (const [id, [what, change]] of Object.entries(FAULTS)) {
  conform({
    id,
    what,
    run: async ({ browser, side }) => {
      const address = await atProvider((await begin(browser)).url);
      change({ address, browser });
      return ending(browser, await comeBack(browser, address), side);
    },
  });
}
conform({
  id: "G04",
  what: "the browser comes back a second time",
  run: async ({ browser, side }) => {
    const address = await atProvider((await begin(browser)).url);
    const copy = browser.copy();
    await comeBack(browser, address);
    const again = await comeBack(browser, address);
    return {
      again: brief(again, side),
      withOldCookies: await ending(copy, await comeBack(copy, address), side),
      still: (await whoIs(browser)).toLowerCase(),
    };
  },
});
for (const [id, what, fault] of [
  ["G07", "the ID token has another nonce", "nonce"],
  ["G08", "`iss` in the answer is another one", "issuer"],
]) {
  conform({
    id,
    what,
    run: async ({ browser, side }) =>
      ending(browser, await signInAtProvider(browser, { query: `?login_hint=${fault}` }), side),
  });
}
conform({
  id: "G10",
  what: "two tabs begin side by side, and come back in that order",
  run: async ({ browser, side }) => {
    const flows = [await begin(browser, { callbackUrl: "/one" }), await begin(browser, { callbackUrl: "/two" })];
    const outcomes = [];
    for (const { url } of flows) outcomes.push(brief(await comeBack(browser, await atProvider(url)), side));
    return outcomes;
  },
});
conform({
  id: "G11",
  what: "parameters in the query of signin",
  run: async ({ browser, side }) => {
    const wishes = {
      login_hint: "ada",
      scope: "openid everything",
      redirect_uri: "https://evil.example/",
      client_id: "another",
      state: "chosen",
      response_mode: "fragment",
    };
    return parametersOf((await begin(browser, { query: `?${new URLSearchParams(wishes)}` })).url, side);
  },
});
conform({
  id: "G12",
  what: "the same person signs in twice: the id in the session",
  plan: "mapped",
  expected: { isSame: true, isText: true },
  run: async ({ newBrowser }) => {
    const ids = [];
    for (const browser of [newBrowser(), newBrowser()]) {
      await signInAtProvider(browser);
      ids.push((await browser.get("/session")).body.user?.id);
    }
    return { isSame: ids[0] === ids[1], isText: typeof ids[0] === "string" };
  },
});
conform({
  id: "G13",
  what: "the app itself has begun the sign-in, with its own cookies",
  majors: ["v5"],
  run: async ({ browser, side, referenceBrowser }) => {
    const app = referenceBrowser();
    const address = await atProvider((await begin(app)).url);
    browser.jar = app.jar.copy();
    return ending(browser, await comeBack(browser, address), side);
  },
});
