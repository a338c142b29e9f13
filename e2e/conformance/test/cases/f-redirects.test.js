// Where a `callbackUrl` may lead, in every way in which it can arrive.
import { conformance } from "../../support/conform.js";
import { brief, leadsTo } from "../../support/outcome.js";
import { ADA, PASSWORD } from "../../support/people.js";

const conform = conformance("f-redirects");

/** What is sent, by what it is; `o` is the origin of the site. */
const ROWS = {
  "a path": () => "/a",
  "two slashes": () => "//evil.example/x",
  "slash and backslash": () => "/\\evil.example",
  backslashes: () => "\\\\evil.example",
  "another site": () => "https://evil.example/x",
  "the origin as a name before @": (o) => `${o}@evil.example`,
  "the origin with more letters": (o) => `${o}.evil.example/`,
  "a script": () => "javascript:alert(1)",
  data: () => "data:text/html,x",
  "the scheme in capitals": (o) => o.replace("http", "HTTP") + "/UP",
  "another port": (o) => o.replace(/:\d+$/, ":1/x"),
  "another scheme": (o) => o.replace("http:", "https:") + "/x",
  "a name and a password": (o) => o.replace("//", "//user:secret@") + "/x",
  "a name with an umlaut": () => "http://bücher.example/x",
  nothing: () => "",
  "a relative path": () => "a/b",
  "a space in front": () => " /a",
  "a space in front of another site": () => " https://evil.example",
  "a blob of this origin": (o) => `blob:${o}/id`,
  "a line break": () => "/a\r\nX-Planted: 1",
  "eight kilobytes": () => `/${"a".repeat(8192)}`,
  "spaces and umlauts": () => "/ä b?q=ö",
  "a fragment": () => "/a#b",
  dots: () => "/a/../b",
};

/** Only the target: statuses are looked at elsewhere. */
function targetOf(answer, side) {
  const { to } = leadsTo(answer, side);
  return typeof to === "string" ? to.replace("HTTP://HOST", "ORIGIN-IN-CAPITALS").replace(/a{100,}/, "<many a>") : to;
}

/** What the app's own sign-in page is told. */
function handedOn(answer, side) {
  const target = new URL(answer.headers.location ?? "/nowhere", side.origin).searchParams.get("callbackUrl");
  return target === null ? targetOf(answer, side) : targetOf({ ...answer, headers: { location: target } }, side);
}

const credentials = { email: ADA, password: PASSWORD };
const WAYS = {
  "body, script": async ({ browser, side }, callbackUrl) =>
    targetOf(await browser.signIn(ADA, PASSWORD, { callbackUrl }), side),
  "body, page": async ({ browser, side }, callbackUrl) =>
    targetOf(await browser.submit("/callback/credentials", { ...credentials, callbackUrl }, { isForm: true }), side),
  "sign-out": async ({ browser, side }, callbackUrl) =>
    targetOf(await browser.submit("/signout", { callbackUrl }), side),
  query: async ({ browser, side }, callbackUrl) =>
    handedOn(await browser.get(`/signin?${new URLSearchParams({ callbackUrl })}`), side),
};

for (const [what, addressOf] of Object.entries(ROWS)) {
  conform({
    id: "F01",
    what: `callbackUrl is ${what}`,
    plan: "pages",
    run: async ({ side, newBrowser }) => {
      const outcome = {};
      for (const [way, visit] of Object.entries(WAYS))
        outcome[way] = await visit({ browser: newBrowser(), side }, addressOf(side.origin));
      return outcome;
    },
  });
}
conform({
  id: "F02",
  what: "no callbackUrl but in a cookie",
  run: async ({ browser, side, major }) => {
    const [csrfToken, prefix] = [await browser.csrfToken(), major === "v4" ? "next-auth" : "authjs"];
    browser.jar.cookies.set(`${prefix}.callback-url`, encodeURIComponent(`${side.origin}/from-cookie`));
    return brief(
      await browser.post("/callback/credentials", browser.script({ csrfToken, email: ADA, password: PASSWORD })),
      side,
    );
  },
});
