// Whatever a stranger asks for, no byte of a protected page comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomOf } from "../../edge/support/random.js";
import { caseOf } from "../paths/cases.js";
import { MARKERS } from "../paths/pages.js";
import { Client, askAsBrowser } from "../support/client.js";
import { MAJORS, VARIANTS, actionsOf, buildOf } from "../support/builds.js";
import { options } from "../support/options.js";
import { startApp, startGateway } from "../support/servers.js";

const SITES = MAJORS.flatMap((major) => Object.keys(VARIANTS).map((variant) => ({ major, variant })));
const SECRET = /SECRET-([a-z-]*[a-z])/g;
const CONNECTIONS = 12;
/** Without the gateway so many of the paths that were tried must lead to a protected page. */
const LEAST_REACHED = 0.12;
const LEAST_OPEN = 0.04;

const secretsIn = (answers) => answers.flatMap(({ text }) => [...text.matchAll(SECRET)].map(([, name]) => name));

class Tally {
  asked = 0;
  open = 0;
  direct = 0;
  reached = 0;
  markers = new Set();
  statuses = new Map();
  leaks = [];

  gateway(request, answers) {
    this.asked += 1;
    const { status } = answers.at(-1);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (answers.some(({ text }) => text.includes("OPEN-"))) this.open += 1;
    const secrets = secretsIn(answers);
    const hangs = answers.some((answer) => answer.hangs);
    if (secrets.length > 0 || hangs) this.leaks.push({ ...request, secrets, hangs, status });
  }

  app(answers) {
    this.direct += 1;
    const secrets = secretsIn(answers);
    if (secrets.length > 0) this.reached += 1;
    for (const secret of secrets) this.markers.add(secret);
  }

  lines() {
    const share = (part, whole) => `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
    const statuses = [...this.statuses].sort().map(([status, count]) => `${status}: ${count}`);
    return [
      `without the gateway ${share(this.reached, this.direct)} reached a protected page`,
      `through the gateway ${share(this.open, this.asked)} got an open page; ${statuses.join(", ")}`,
    ];
  }
}

/** Takes the next case until there is none; every `everyNth` is also asked of the app itself. */
async function work(cases, { gateway, app, tally }) {
  const [front, back] = [new Client(gateway.port), new Client(app.port)];
  const host = `localhost:${gateway.port}`;
  for (let next = cases(); next; next = cases()) {
    tally.gateway(next.request, await askAsBrowser(front, next.request, host));
    if (next.number % options.everyNth === 0) tally.app(await askAsBrowser(back, next.request, host));
  }
  front.close();
  back.close();
}

function generator(build, host, seed, count) {
  const site = { random: randomOf(seed), basePath: build.basePath, locales: build.locales, actions: actionsOf(build) };
  let number = 0;
  return () => (number < count ? { number: (number += 1), request: caseOf(site, host) } : null);
}

async function tryAll(build, seed, count, tally) {
  const app = await startApp(build);
  try {
    const gateway = await startGateway({ app: app.port }, build);
    const cases = generator(build, `localhost:${gateway.port}`, seed, count);
    await Promise.all(Array.from({ length: CONNECTIONS }, () => work(cases, { gateway, app, tally })));
    assert.ok(gateway.isAlive() && app.isAlive(), "both run on");
    await gateway.stop();
  } finally {
    await app.stop();
  }
}

const seen = new Set();
for (const [at, { major, variant }] of SITES.entries()) {
  test(`Next.js ${major}, ${variant}`, { timeout: 1_800_000 }, async (context) => {
    const [seed, count, tally] = [options.seed + at, Math.ceil(options.paths / SITES.length), new Tally()];
    const build = await buildOf(major, variant);
    const start = Date.now();
    await tryAll(build, seed, count, tally);
    context.diagnostic(`seed ${seed}, ${count} paths in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const line of tally.lines()) context.diagnostic(line);
    for (const marker of tally.markers) seen.add(marker);
    assert.deepEqual(tally.leaks.slice(0, 20), [], `${tally.leaks.length} of ${count} answers hold what is protected`);
    assert.ok(tally.reached >= tally.direct * LEAST_REACHED, "enough lead to a protected page for the test to mean something");
    assert.ok(tally.open >= tally.asked * LEAST_OPEN, "enough is let through");
  });
}

test("every protected page was reached without the gateway", (context) => {
  const missing = MARKERS.filter((marker) => !seen.has(marker));
  context.diagnostic(`${seen.size} markers were seen`);
  assert.deepEqual(missing, []);
});
