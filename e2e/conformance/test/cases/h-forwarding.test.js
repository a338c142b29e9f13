// What a client can make an app believe. The middleware itself runs in a real Next.js, in the browser tests of the examples.
import { conformance } from "../../support/conform.js";
import { cookiesOf, namedText } from "../../support/outcome.js";
import { signedIn } from "../../support/people.js";

const conform = conformance("h-forwarding");
const PAGE = { accept: "text/html" };

/** What happened to a request: where it was sent, or that the app got it. */
function outcomeOf(answer, side) {
  if (answer.body?.headers) return "the app";
  const { location } = answer.headers;
  return location
    ? `${answer.status} ${namedText(location, side, answer.at)}`
    : `${answer.status} ${answer.body?.error ?? ""}`.trim();
}

conform({
  id: "H01",
  what: "a protected page, nobody is signed in",
  expected: "303 /api/auth/signin?callbackUrl=%2Fprivate%3Fx%3D1",
  run: async ({ browser, side }) => outcomeOf(await browser.send("GET", "/private?x=1", { headers: PAGE }), side),
});
conform({
  id: "H02",
  what: "a protected page, somebody is signed in",
  expected: "the app",
  run: async ({ newBrowser, side }) =>
    outcomeOf(await (await signedIn(newBrowser)).send("GET", "/private?x=1", { headers: PAGE }), side),
});

const SUBREQUESTS = [
  "middleware",
  "src/middleware",
  "pages/_middleware",
  "middleware:middleware:middleware:middleware:middleware",
  "src/middleware:nowaf:src/middleware:src/middleware:src/middleware:src/middleware:middleware:middleware:nowaf:middleware:middleware:middleware:pages/_middleware",
];
conform({
  id: "H04",
  what: "headers that Next.js sends itself do not reach the app",
  expected: SUBREQUESTS.map(() => []),
  run: async ({ browser }) => {
    const seen = [];
    for (const value of SUBREQUESTS) {
      const headers = {
        "x-middleware-subrequest": value,
        "x-middleware-subrequest-id": "1",
        "x-middleware-rewrite": "/private",
        "x-invoke-path": "/private",
        "x-matched-path": "/private",
        "x-nextjs-data": "1",
        "next-resume": "1",
        location: "http://evil.example",
      };
      const { body } = await browser.send("GET", "/page", { headers });
      seen.push(Object.keys(body.headers).filter((name) => name in headers));
    }
    return seen;
  },
});
conform({
  id: "H05",
  what: "a protected page in every transport, nobody is signed in",
  expected: {
    "/private": "no app",
    "/private/": "no app",
    "/private.rsc": "no app",
    "/private?_rsc=1": "no app",
    "/private.txt": "no app",
    "/_next/data/build/private.json": "no app",
    "//private": "no app",
    "/%70rivate": "no app",
    "/x/../private": "no app",
  },
  run: async ({ browser, side }) => {
    const paths = [
      "/private",
      "/private/",
      "/private.rsc",
      "/private?_rsc=1",
      "/private.txt",
      "/_next/data/build/private.json",
      "//private",
      "/%70rivate",
      "/x/../private",
    ];
    const seen = [];
    for (const path of paths)
      seen.push([
        path,
        outcomeOf(await browser.send("GET", path, { headers: { rsc: "1" } }), side) === "the app"
          ? "the app"
          : "no app",
      ]);
    return Object.fromEntries(seen);
  },
});

const SPOOFED = {
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  "x-forwarded-port": "1",
  forwarded: "host=evil.example;proto=https",
  "x-forwarded-prefix": "/evil",
};
conform({
  id: "H06",
  what: "forwarded headers of a client change nothing",
  expected: {
    providers: "ORIGIN/api/auth/signin/credentials",
    cookies: ["csrf"],
    page: "303 /api/auth/signin?callbackUrl=%2Fprivate",
    app: { host: "ORIGIN", "x-forwarded-host": "ORIGIN", "x-forwarded-proto": "http" },
  },
  run: async ({ browser, side }) => {
    const { host } = new URL(side.origin);
    const providers = (await browser.get("/providers", { headers: SPOOFED })).body.credentials.signinUrl;
    const cookies = Object.keys(cookiesOf(await browser.get("/csrf", { headers: SPOOFED })));
    const page = outcomeOf(await browser.send("GET", "/private", { headers: { ...PAGE, ...SPOOFED } }), side);
    const { headers } = (await browser.send("GET", "/page", { headers: SPOOFED })).body;
    const app = Object.fromEntries(
      ["host", "x-forwarded-host", "x-forwarded-proto"].map((name) => [name, headers[name]?.replace(host, "ORIGIN")]),
    );
    return { providers: namedText(providers, side, 0), cookies, page, app };
  },
});
