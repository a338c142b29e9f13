// What only some styles have.
import assert from "node:assert/strict";
import test from "node:test";
import { callDirectly, credentialOf, until, untilItEnds } from "./support/credential.js";
import { assertData, assertRefused, assertSignedIn } from "./support/expect.js";
import { leaked, payloadOf, secretsAt } from "./support/secrets.js";
import { Stack } from "./support/stack.js";
import { calledAt, chosenStyles, nameOf } from "./styles.js";

const SHORT_LIVED = { ACCESS_TOKEN_SECONDS: "5", SESSION_SECONDS: "5" };
const chosen = chosenStyles();

/** A test with a style of its own, which ends with it; left out where the style is not chosen. */
function testStyle(folder, what, run, options) {
  const style = chosen.find((style) => nameOf(style) === folder);
  if (!style) return;
  test(`${folder}: ${what}`, async (t) => {
    const stack = await Stack.start(style, options);
    t.after(() => stack.stop());
    await run({ stack, style, browser: stack.browser() });
  });
}

const newestCredential = (stack, style) => credentialOf(style, stack.tap.seen(calledAt(style)).at(-1));

for (const style of chosen.filter(({ credential }) => credential === "cookie")) {
  const production = { publicUrl: "https://shop.example", environment: { NODE_ENV: "production" } };
  const what = "in production, behind TLS, the API's Secure cookies work and stay inside";
  testStyle(nameOf(style), what, async ({ stack, browser }) => {
    assertSignedIn(await browser.signIn(style.person));
    assertData(style, await browser.call(style.call));
    const lines = stack.tap.records.flatMap(({ answer }) => answer.headers["set-cookie"] ?? []);
    assert.ok(lines.every((line) => /; secure/i.test(line)), lines.join("\n"));
    assert.deepEqual(leaked(secretsAt(stack.tap), browser.received), []);
    assert.equal((await browser.signOut()).status, 200);
    await until("the API's logout is called", () => stack.tap.seen(style.logout)[0]?.answer);
    assert.ok(stack.tap.seen(style.logout)[0].answer.status < 300);
  }, production);
}

testStyle("06-cookie-session", "what the API writes into its cookie is there at the next call", async ({ style, browser }) => {
  assertSignedIn(await browser.signIn(style.person));
  for (const [item, cart] of [["pen", ["pen"]], ["ink", ["pen", "ink"]]]) {
    const { status, body } = await browser.call({ method: "POST", path: "/api/cart", json: { item } });
    assert.deepEqual([status, body], [200, { cart }]);
  }
});

testStyle("08-refresh-cookie", "the cookie with the refresh token goes where its path says, and nowhere else", async ({ stack, style, browser }) => {
  assertSignedIn(await browser.signIn(style.person));
  assertData(style, await browser.call(style.call));
  await untilItEnds(stack.tap, newestCredential(stack, style));
  assertData(style, await browser.call(style.call));
  assert.equal((await browser.signOut()).status, 200);
  await until("the API's logout is called", () => stack.tap.seen(style.logout)[0]?.answer);
  const withCookie = stack.tap.seen(({ headers }) => headers.cookie).map(({ path }) => path);
  assert.deepEqual(withCookie, ["/api/auth/refresh", "/api/auth/logout"]);
  assert.equal(new Set(stack.tap.seen(({ headers }) => headers.cookie).map(({ headers }) => headers.cookie)).size, 2);
}, { environment: SHORT_LIVED });

testStyle("16-csrf-login", "the front end goes on sending the API's own CSRF token", async ({ stack, style, browser }) => {
  assertSignedIn(await browser.signIn(style.person));
  const { body } = await browser.send("GET", "/api/csrf-token");
  const note = { json: { note: "Buy ink" } };
  const refused = await browser.send("POST", "/api/note", note);
  assert.deepEqual([refused.status, refused.body.message], [403, "CSRF token missing or invalid"]);
  const headers = { "x-csrf-token": body.csrfToken };
  assert.equal((await browser.send("POST", "/api/note", { ...note, headers })).status, 204);
  assert.equal((await browser.call(style.call)).body.note, "Buy ink");
  const foreign = stack.browser();
  foreign.cookies = new Map(browser.cookies);
  const answer = await foreign.send("POST", "/api/note", { ...note, headers: { ...headers, origin: "https://evil.example" } });
  assert.deepEqual([answer.status, answer.body.error], [403, "csrf_origin"]);
});

testStyle("18-otp", "whoever has a second step is signed in by the code alone", async ({ stack, style, browser }) => {
  const ada = { ...style, data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" } };
  const first = await browser.signIn({ email: "ada@shop.example", password: style.person.password });
  assert.deepEqual([first.status, first.error], [401, "second_step"]);
  assertRefused(await browser.call(style.call), "not_signed_in");
  const [, code] = await stack.api.heard(/^To ada@shop\.example: your code is (\d{6})$/);
  assert.equal((await stack.browser().signIn({ code })).error, "second_step_expired", "another browser knows of no first step");
  assert.equal((await browser.signIn({ code: "wrong" })).error, "Wrong code.");
  assertSignedIn(await browser.signIn({ code }));
  assertData(ada, await browser.call(style.call));
  const secrets = secretsAt(stack.tap);
  assert.ok(secrets.includes(JSON.parse(stack.tap.seen(style.login)[0].answer.body).otpToken));
  assert.deepEqual(leaked(secrets, browser.received), []);
  assert.equal((await browser.signIn({ code })).error, "second_step_expired", "it is over");
});

testStyle("19-token-family", "a thief who uses a refresh token again ends the session, here too", async ({ stack, style, browser }) => {
  assertSignedIn(await browser.signIn(style.person));
  assertData(style, await browser.call(style.call));
  await untilItEnds(stack.tap, newestCredential(stack, style));
  assertData(style, await browser.call(style.call));
  const [{ body }] = stack.tap.seen(style.refresh);
  const reuse = { method: "POST", path: "/v2/sessions/refresh", json: JSON.parse(body) };
  const answer = await callDirectly(stack, reuse, { name: "x-thief", value: "1" });
  assert.deepEqual([answer.status, answer.body.error.code], [401, "token_reused"]);
  await untilItEnds(stack.tap, newestCredential(stack, style));
  assertRefused(await browser.call(style.call), "session_ended");
  assert.deepEqual((await browser.send("GET", "/api/auth/session")).body, {});
}, { environment: SHORT_LIVED });

testStyle("20-multi-tenant", "tenants are kept apart, though both number their people from 1", async ({ stack, style, browser }) => {
  const grace = { tenant: "globex", email: "grace@shop.example", password: "correct-horse-2" };
  const stranger = stack.browser();
  assertSignedIn(await browser.signIn(style.person));
  assertSignedIn(await stranger.signIn(grace));
  assertData(style, await browser.call(style.call));
  const wrong = await stranger.call(style.call);
  assert.deepEqual([wrong.status, wrong.body.message], [403, "This is not your organisation."]);
  const { body } = await stranger.send("GET", "/api/auth/sessions");
  assert.equal(body.sessions.length, 1, "Grace sees a session of Ada's");
  const subjects = [];
  for (const who of [browser, stranger]) {
    await who.send("GET", "/", { headers: { accept: "text/html" } });
    subjects.push(payloadOf(stack.app.requests.at(-1).headers["x-crossgate-identity"]).sub);
  }
  assert.deepEqual(subjects, ["acme:1", "globex:1"]);
});

testStyle("20-multi-tenant", "ten wrong passwords of one person leave the rest of the tenant alone", async ({ style, browser }) => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const result = await browser.signIn({ ...style.person, email: "nobody@shop.example", password: "wrong" });
    assert.equal(result.error, style.refusal);
  }
  assertSignedIn(await browser.signIn(style.person));
});
