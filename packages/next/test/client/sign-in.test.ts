// Signing in and out, as a page does it.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient, getCsrfToken, getProviders, getSession, signIn, signOut } from "../../src/client/index.js";
import { FakeCrossgate, json, ORIGIN, person, refusal, settled, watchLeaving } from "./support.js";

const CREDENTIALS = "POST /api/auth/callback/credentials";
const ada = { email: "ada@example.com", password: "correct horse", redirect: false } as const;
let leaving = watchLeaving();

beforeEach(() => void (leaving = watchLeaving()));
afterEach(() => vi.unstubAllGlobals());

const refused = (query: string, message?: string) => json({ url: `${ORIGIN}/login?${query}`, ...(message && { message }) });

test("the API's login gets the fields, and the page learns what came of it", async () => {
  const crossgate = new FakeCrossgate({ [CREDENTIALS]: json({ url: `${ORIGIN}/orders?page=2` }) });
  expect(await signIn("credentials", ada)).toEqual({ ok: true, url: `${ORIGIN}/orders?page=2` });
  const fields = Object.fromEntries(new URLSearchParams(crossgate.bodies.at(-1)));
  expect(fields).toEqual({
    email: "ada@example.com",
    password: "correct horse",
    callbackUrl: `${ORIGIN}/orders?page=2`,
    csrfToken: "token-1",
    messages: "true",
  });
  expect(crossgate.asked.at(-1)?.headers.get("x-auth-return-redirect")).toBe("1");
  expect(leaving.left).toEqual([]);
});

test.each([
  ["error=CredentialsSignin&code=three_left", "Three attempts left.", "three_left"],
  ["error=CredentialsSignin&code=second_step", undefined, "second_step"],
  ["error=CredentialsSignin", undefined, "credentials"],
  ["error=MissingCSRF", undefined, "MissingCSRF"],
])("a refusal: %s", async (query, message, code) => {
  new FakeCrossgate({ [CREDENTIALS]: refused(query, message) });
  const result = await signIn("credentials", ada);
  expect(result).toEqual({ ok: false, code, url: `${ORIGIN}/login?${query}`, ...(message && { message }) });
});

test.each([
  ["error=SessionRequired", ""],
  ["callbackUrl=%2Fcart&error=CredentialsSignin&code=credentials", "?callbackUrl=%2Fcart"],
])("a page with %s in its address is no refusal of the next attempt", async (query, left) => {
  watchLeaving(`${ORIGIN}/login?${query}`);
  for (const options of [ada, { ...ada, callbackUrl: `/login?${query}` }]) {
    const crossgate = new FakeCrossgate();
    crossgate.answer(CREDENTIALS, () => json({ url: new URLSearchParams(crossgate.bodies.at(-1)).get("callbackUrl") }));
    expect(await signIn("credentials", options)).toEqual({ ok: true, url: `${ORIGIN}/login${left}` });
    crossgate.answer(CREDENTIALS, refused("error=CredentialsSignin&code=credentials"));
    expect(await signIn("credentials", options)).toMatchObject({ ok: false, code: "credentials" });
  }
});

test("an outage that says where to go is a refusal, any other is an error", async () => {
  const url = `${ORIGIN}/api/auth/error?error=Configuration&code=sign_in_unavailable`;
  new FakeCrossgate({ [CREDENTIALS]: json({ url }, 503) });
  expect(await signIn("credentials", ada)).toMatchObject({ ok: false, code: "sign_in_unavailable" });
  new FakeCrossgate({ [CREDENTIALS]: refusal("store_unavailable", 503) });
  await expect(signIn("credentials", ada)).rejects.toMatchObject({ code: "store_unavailable" });
  new FakeCrossgate({ [CREDENTIALS]: new TypeError("fetch failed") });
  await expect(signIn("credentials", ada)).rejects.toMatchObject({ code: "network" });
});

test("with redirect the page is left, for the sign-in page too", async () => {
  new FakeCrossgate({ [CREDENTIALS]: [json({ url: `${ORIGIN}/orders` }), refused("error=CredentialsSignin&code=x")] });
  for (let round = 0; round < 2; round += 1) void signIn("credentials", { ...ada, redirect: true });
  await vi.waitFor(() => expect(leaving.left.length).toBe(2));
  expect(leaving.left).toEqual([`${ORIGIN}/orders`, `${ORIGIN}/login?error=CredentialsSignin&code=x`]);
});

test("a provider's page is where the browser goes, with parameters for it", async () => {
  const crossgate = new FakeCrossgate({ "POST /api/auth/signin/google": json({ url: "https://google.example/auth?state=x" }) });
  void signIn("google", { callbackUrl: "/after" }, { login_hint: "ada@example.com" });
  await vi.waitFor(() => expect(leaving.left).toEqual(["https://google.example/auth?state=x"]));
  expect(crossgate.lines().at(-1)).toBe("POST /api/auth/signin/google?login_hint=ada%40example.com");
  expect(new URLSearchParams(crossgate.bodies.at(-1)).get("callbackUrl")).toBe("/after");
});

test("without a provider it is the sign-in page, below another path where the endpoints are there", async () => {
  void signIn();
  void createClient({ basePath: "/session" }).signIn(undefined, { callbackUrl: "/after" });
  await settled();
  expect(leaving.left).toEqual([
    `${ORIGIN}/api/auth/signin?callbackUrl=${encodeURIComponent(`${ORIGIN}/orders?page=2`)}`,
    `${ORIGIN}/session/signin?callbackUrl=%2Fafter`,
  ]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "blob:https://shop.example/x"])("the browser never goes to %s", async (url) => {
  new FakeCrossgate({ [CREDENTIALS]: json({ url }), "POST /api/auth/signin/x": json({ url }), "POST /api/auth/signout": json({ url }) });
  for (const leave of [signIn("credentials", { ...ada, redirect: true }), signIn("x"), signOut()]) {
    await expect(leave).rejects.toMatchObject({ code: "address_refused" });
  }
  expect(leaving.left).toEqual([]);
});

test("signing out, here or everywhere; the next change asks for a token again", async () => {
  const crossgate = new FakeCrossgate({ "POST /api/auth/signout": json({ url: `${ORIGIN}/bye` }), "POST /api/x": json({}) });
  const client = createClient();
  expect(await client.signOut({ redirect: false, callbackUrl: "/bye", everywhere: true })).toEqual({ url: `${ORIGIN}/bye` });
  expect(Object.fromEntries(new URLSearchParams(crossgate.bodies.at(-1)))).toMatchObject({ everywhere: "true", callbackUrl: "/bye" });
  await client.apiFetch("/api/x", { method: "POST" });
  expect(crossgate.lines().filter((line) => line.endsWith("/csrf")).length).toBe(2);
  void client.signOut({ callbackUrl: "/bye" });
  await vi.waitFor(() => expect(leaving.left).toEqual([`${ORIGIN}/bye`]));
  expect(new URLSearchParams(crossgate.bodies.at(-1)).has("everywhere")).toBe(false);
});

test("a sign-out that Crossgate did not take is an error, and the page stays", async () => {
  new FakeCrossgate({ "POST /api/auth/signout": json({ url: `${ORIGIN}/api/auth/signin?error=MissingCSRF` }) });
  for (const redirect of [true, false]) {
    await expect(signOut({ redirect })).rejects.toMatchObject({ name: "ClientError", code: "sign_out_refused" });
  }
  expect(leaving.left).toEqual([]);
});

test("who is signed in, in both dialects; what is no answer is an error", async () => {
  const google = { id: "google", name: "Google", type: "oidc", signinUrl: "s", callbackUrl: "c" };
  const crossgate = new FakeCrossgate({
    "GET /api/auth/session": [json(person("Ada")), json(null), json({}), json([]), new Response("<html>"), refusal("busy", 503)],
    "GET /api/auth/providers": [json({ google }), json({ google: "x" })],
  });
  expect(await getSession()).toEqual(person("Ada"));
  expect([await getSession(), await getSession()]).toEqual([null, null]);
  for (const what of ["a list", "HTML"]) {
    await expect(getSession(), what).rejects.toMatchObject({ code: "answer_invalid" });
  }
  await expect(getSession()).rejects.toMatchObject({ code: "busy", status: 503 });
  expect(await getProviders()).toEqual({ google });
  await expect(getProviders()).rejects.toMatchObject({ code: "answer_invalid" });
  expect(await getCsrfToken()).toBe("token-1");
  crossgate.answer("GET /api/auth/csrf", json({}));
  await expect(getCsrfToken()).rejects.toMatchObject({ code: "answer_invalid" });
});
