// Every style, step by step: what holds for all of them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { countLines } from "./support/configuration.js";
import { callDirectly, credentialOf, until, untilItEnds } from "./support/credential.js";
import { assertData, assertRefused, assertSignedIn } from "./support/expect.js";
import { leaked, payloadOf, secretsAt } from "./support/secrets.js";
import { Stack } from "./support/stack.js";
import { calledAt, chosenStyles, nameOf } from "./styles.js";

// Long enough for a slow machine to make a call in, short enough to wait for.
const SHORT_LIVED = { ACCESS_TOKEN_SECONDS: "5", SESSION_SECONDS: "5" };
const AT_ONCE = 20;

const styles = chosenStyles();

/** Starts the style before the tests of a suite, and signs somebody in. */
function withStack(style, options, use) {
  let stack;
  before(async () => {
    stack = await Stack.start(style, options);
    use(stack);
  });
  after(() => stack?.stop());
}

/** The header with which the API was called last for the person. */
const newestCredential = (stack, style) => credentialOf(style, stack.tap.seen(calledAt(style)).at(-1));

function describeSigningIn(style) {
  let stack, browser;
  withStack(style, {}, (started) => {
    stack = started;
    browser = started.browser();
  });
  const isCalled = calledAt(style);

  it("a stranger is refused, and the API is not asked", async () => {
    assertRefused(await browser.send("GET", style.call.path), "not_signed_in");
    assertRefused(await browser.call(style.call), "not_signed_in");
    assert.deepEqual(stack.tap.records, []);
  });

  it("a wrong password is refused in the API's own words", async () => {
    const result = await browser.signIn({ ...style.person, password: "wrong" });
    assert.deepEqual([result.status, result.error], [401, style.refusal]);
    assert.equal(stack.tap.seen(style.login).length, 1);
    assertRefused(await browser.call(style.call), "not_signed_in");
  });

  it("the right one signs in, and the API answers with the person's data", async () => {
    assertSignedIn(await browser.signIn(style.person));
    assertData(style, await browser.call(style.call));
    const { body } = await browser.send("GET", "/api/auth/session");
    assert.ok(Date.parse(body.expires) > Date.now());
  });

  it("the API's login is not there for a browser", async () => {
    await assertClosed(stack, browser, style, style.login);
  });

  it("the app learns who is asking, and no refresh token or cookie of the API", async () => {
    await browser.send("GET", "/", { headers: { accept: "text/html" } });
    const { headers } = stack.app.requests.at(-1);
    const identity = JSON.stringify(payloadOf(headers["x-crossgate-identity"]));
    assert.deepEqual(leaked(secretsAt(stack.tap), [identity]), []);
  });

  it("nothing that opens the API has reached the browser", () => {
    const secrets = secretsAt(stack.tap);
    assert.notEqual(secrets.length, 0, "no secret was seen at all");
    assert.deepEqual(leaked(secrets, browser.received), []);
    const names = [...browser.cookies.keys()];
    assert.ok(names.every((name) => name.startsWith("crossgate")), names.join());
  });

  it("signing out tells the API, and neither the old cookie nor the old token opens anything", async () => {
    const thief = browser.copy();
    const credential = newestCredential(stack, style);
    assert.equal((await browser.signOut()).status, 200);
    await until("the API's logout is called", () => stack.tap.seen(style.logout)[0]?.answer);
    const [logout] = stack.tap.seen(style.logout);
    assert.ok(logout.answer.status < 300, `the API's logout answered ${logout.answer.status}`);
    const calls = stack.tap.seen(isCalled).length;
    assertRefused(await browser.call(style.call), "not_signed_in");
    assertRefused(await thief.call(style.call), "session_ended");
    assert.equal(stack.tap.seen(isCalled).length, calls);
    assert.equal(stack.tap.seen(style.logout).length, 1);
    if (style.endsAtLogout) await assertWorthless(stack, style, credential);
  });
}

/** A browser that makes a request of Crossgate's own does not get through to the API. */
async function assertClosed(stack, browser, style, isOwn) {
  // One address for everything cannot be closed.
  if (style.hasOneAddress) return;
  const [{ method, path, body }] = stack.tap.seen(isOwn);
  const seen = stack.tap.seen(isOwn).length;
  const json = method === "GET" ? undefined : JSON.parse(body.startsWith("{") ? body : "{}");
  await browser.call({ method, path, json });
  assert.equal(stack.tap.seen(isOwn).length, seen);
}

/** The API itself does not take it any more. */
async function assertWorthless(stack, style, credential) {
  const answer = await callDirectly(stack, style.call, credential);
  assert.ok((style.isRefusal ?? (({ status }) => status === 401 || status === 403))(answer), JSON.stringify(answer));
}

function describeTheEnd(style) {
  let stack, browser;
  withStack(style, { environment: SHORT_LIVED }, (started) => {
    stack = started;
    browser = started.browser();
  });

  const signIn = async () => {
    assertSignedIn(await browser.signIn(style.person));
    assertData(style, await browser.call(style.call));
  };
  const ended = async () => {
    const credential = newestCredential(stack, style);
    await untilItEnds(stack.tap, credential);
    return credential;
  };

  if (style.refresh) describeRefresh(style, { signIn, ended, stack: () => stack, browser: () => browser });
  else describeNoRefresh(style, { signIn, ended, stack: () => stack, browser: () => browser });

  it("nothing that opens the API has reached the browser", () => {
    assert.deepEqual(leaked(secretsAt(stack.tap), browser.received), []);
  });
}

function describeRefresh(style, { signIn, ended, stack, browser }) {
  const refreshes = () => stack().tap.seen(style.refresh).length;

  it("a token that has ended is renewed exactly once, and a new one is used", async () => {
    await signIn();
    const old = await ended();
    await assertWorthless(stack(), style, old);
    const before = refreshes();
    assertData(style, await browser().call(style.call));
    assert.equal(refreshes() - before, 1);
    assert.notEqual(newestCredential(stack(), style).value, old.value);
  });

  it(`${AT_ONCE} calls at once after the end lead to one refresh`, async () => {
    await ended();
    const before = refreshes();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => browser().call(style.call)));
    for (const answer of answers) assertData(style, answer);
    assert.equal(refreshes() - before, 1);
  });

  it("the API's refresh is not there for a browser", async () => {
    await assertClosed(stack(), browser(), style, style.refresh);
  });

  it("an API that cannot renew now signs nobody out", async () => {
    await ended();
    stack().tap.failAt(style.refresh);
    const answer = await browser().call(style.call);
    assert.equal(answer.status, 503, answer.text);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    stack().tap.failAt(undefined);
    await until("it renews again", async () => (await browser().call(style.call)).status === 200);
    assertData(style, await browser().call(style.call));
  });
}

function describeNoRefresh(style, { signIn, ended, stack, browser }) {
  if (style.isIssued) {
    it("there is nothing to renew: Crossgate signs the token", async () => {
      await signIn();
      const { value } = newestCredential(stack(), style);
      assert.ok(payloadOf(value).exp * 1000 > Date.now());
    });
    return;
  }
  if (style.slides) {
    it("a session that is used outlives its first end", async () => {
      await signIn();
      const end = Date.now() + Number(SHORT_LIVED.SESSION_SECONDS) * 1000;
      await until("its first end is over", async () => {
        assertData(style, await browser().call(style.call));
        return Date.now() > end;
      });
    });
  }
  it("what has ended is refused with token_expired, and the API is not asked", async () => {
    if (!style.slides) await signIn();
    await ended();
    const calls = stack().tap.seen(calledAt(style)).length;
    assertRefused(await browser().call(style.call), "token_expired");
    assert.equal(stack().tap.seen(calledAt(style)).length, calls);
    await signIn();
  });
}

describe("styles", { concurrency: 6 }, () => {
  for (const style of styles) {
    // What follows within a style builds upon what went before.
    describe(nameOf(style), { concurrency: 1 }, () => {
      describe("signing in and out", () => describeSigningIn(style));
      describe("the end of what the login gave", () => describeTheEnd(style));
    });
  }
});

after(() => {
  const rows = styles.map((style) => [nameOf(style), countLines(style)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const total = rows.reduce((sum, [, lines]) => sum + lines, 0);
  console.log("\nLines of configuration beside the five that every site has:");
  for (const [name, lines] of [...rows, ["total", total]]) console.log(`${name.padEnd(width)}  ${String(lines).padStart(4)}`);
});
