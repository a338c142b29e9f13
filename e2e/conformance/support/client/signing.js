// Cases for a client: signing in and out.
import { ADA, PASSWORD } from "../people.js";

/** An address at the provider: what is random is only said to be there. */
export function atProvider(url) {
  if (!url?.startsWith("IDP/")) return url;
  const { pathname, searchParams } = new URL(url.replace("IDP", "http://idp"));
  const random = ["state", "nonce", "code_challenge"];
  return {
    path: pathname,
    ...Object.fromEntries(
      [...searchParams].sort().map(([name, value]) => [name, random.includes(name) ? "<random>" : value]),
    ),
  };
}

const wrongToken = () => ({ status: 200, text: JSON.stringify({ csrfToken: "0".repeat(64) }) });
const STUBBED = { "GET /api/auth/csrf": wrongToken };

/** A page that shows who is signed in; the log begins after that. */
async function shown(page, options, status = "unauthenticated") {
  const tab = await page(options);
  await tab.mount();
  await tab.shows(status);
  await tab.quiet();
  Object.assign(tab, { requests: [], states: [], broadcasts: 0 });
  return tab;
}

/** One call of the client, and everything that came of it. */
async function calling(tab, ...call) {
  const result = await tab.call(...call);
  await tab.quiet();
  return { result, requests: tab.log(), states: tab.states, navigations: await tab.navigations() };
}

const signIn =
  (fields, options) =>
  async ({ page }) =>
    calling(await shown(page, options), "signIn", "credentials", { redirect: false, callbackUrl: "/after", ...fields });
const leave =
  (...parameters) =>
  async ({ page }) => {
    const { navigations, ...rest } = await calling(await shown(page), "signIn", ...parameters);
    return {
      ...rest,
      result: { ...rest.result, ...(rest.result?.url && { url: atProvider(rest.result.url) }) },
      navigations: navigations.map(atProvider),
    };
  };

/** Somebody who is signed in, with a page that shows it. */
export async function signedInPage({ browser, page }, options) {
  await browser.signIn(ADA, PASSWORD);
  return shown(page, options, "authenticated");
}

const right = { email: ADA, password: PASSWORD };

export const SIGNING = [
  { id: "B02", what: "signIn with the right password, without leaving", run: signIn(right) },
  { id: "B03", what: "signIn with a wrong password, without leaving", run: signIn({ email: ADA, password: "wrong" }) },
  {
    id: "B04",
    what: "signIn, and the API has a message and a code",
    run: signIn({ email: "message@example.com", password: "any" }),
  },
  {
    id: "B05",
    what: "signIn of somebody whom the API refuses",
    run: signIn({ email: "refused@example.com", password: PASSWORD }),
  },
  { id: "B06", what: "signIn with a wrong CSRF token", run: signIn(right, { stubs: STUBBED }) },
  {
    id: "B07",
    what: "signIn with the right password, and leaving",
    run: async ({ page }) => calling(await shown(page), "signIn", "credentials", { ...right, callbackUrl: "/after" }),
  },
  {
    id: "B07.2",
    what: "signIn, leaving for an address with a fragment",
    run: async ({ page }) =>
      calling(await shown(page), "signIn", "credentials", { ...right, callbackUrl: "/after#part" }),
  },
  {
    id: "B07.3",
    what: "signIn with a wrong password, and leaving",
    run: async ({ page }) => calling(await shown(page), "signIn", "credentials", { email: ADA, password: "wrong" }),
  },
  {
    id: "B08",
    what: "signIn with a provider, and parameters for it",
    run: leave("first", { callbackUrl: "/after" }, { login_hint: "ada" }),
  },
  { id: "B08.2", what: "signIn with a provider, without leaving", run: leave("first", { redirect: false }) },
  {
    id: "B08.3",
    what: "signIn with a provider, and parameters that nobody but the operator may choose",
    run: leave("first", undefined, { scope: "openid everything", prompt: "none" }),
  },
  {
    id: "B08.4",
    what: "signIn with a provider and a wrong CSRF token",
    run: async ({ page }) => calling(await shown(page, { stubs: STUBBED }), "signIn", "first"),
  },
  { id: "B09", what: "signIn without a provider", run: async ({ page }) => calling(await shown(page), "signIn") },
  {
    id: "B09.2",
    what: "signIn with a provider that is not known",
    run: async ({ page }) => calling(await shown(page), "signIn", "unknown", { callbackUrl: "/after" }),
  },
  {
    id: "B13",
    what: "signOut without leaving",
    run: async (context) => calling(await signedInPage(context), "signOut", { redirect: false }),
  },
  {
    id: "B13.2",
    what: "signOut",
    run: async (context) => calling(await signedInPage(context), "signOut", { callbackUrl: "/bye" }),
  },
  {
    id: "B13.3",
    what: "signOut with a wrong CSRF token",
    run: async (context) => calling(await signedInPage(context, { stubs: STUBBED }), "signOut", { redirect: false }),
  },
  {
    id: "B20",
    what: "signIn, and there are no providers",
    run: async ({ page }) =>
      calling(
        await shown(page, { stubs: { "GET /api/auth/providers": () => ({ status: 200, text: "{}" }) } }),
        "signIn",
        "credentials",
        right,
      ),
  },
  {
    id: "B20.2",
    what: "signIn, and providers cannot be asked",
    run: async ({ page }) =>
      calling(
        await shown(page, { stubs: { "GET /api/auth/providers": () => ({ status: 503, text: "{}" }) } }),
        "signIn",
        "credentials",
        right,
      ),
  },
  {
    id: "B20.3",
    what: "getProviders",
    run: async ({ page }) => calling(await shown(page), "getProviders"),
  },
  {
    id: "C06",
    what: "signIn with redirectTo",
    majors: ["v5"],
    run: async ({ page }) => calling(await shown(page), "signIn", "credentials", { ...right, redirectTo: "/there" }),
  },
  {
    id: "C11",
    what: "signIn with a callbackUrl that has an error of its own",
    run: signIn({ ...right, callbackUrl: "/login?error=x" }),
  },
];
