// That a drill can fail: every bar, by an answer that misses it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DRILLS } from "../drills.mjs";
import { figuresOf } from "../drill.mjs";
import { Ledger } from "../people/ledger.mjs";
import { Person } from "../people/person.mjs";
import { isGood } from "../report.mjs";

const NOW = 1_000_000;
const kill = DRILLS.find(({ name }) => name === "kill-node");
const restart = DRILLS.find(({ name }) => name === "restart-all");
const failover = DRILLS.find(({ name }) => name === "failover");

function somebody(name, state, since = NOW) {
  const person = new Person(name);
  return Object.assign(person, { state, since });
}

const bytes = Buffer.from('{"person":"settled-1"}');
const answer = (status, more = {}) => ({ status, path: "/api/mine", at: NOW + 100, headers: {}, bytes, ...more });

/** Whether a drill passes in which only this happened. */
function passes(happens, { drill = kill, store = "postgres", isWell = true } = {}) {
  const ledger = new Ledger();
  ledger.faults.push({ at: NOW, what: "a fault" });
  happens(ledger);
  return isGood(drill)(figuresOf(drill, { ledger, crowd: { people: [] } }, store, isWell));
}

const settled = somebody("settled-1", "present");
const came = somebody("came-1", "present");
const left = somebody("came-2", "gone");

test("a drill in which nothing happened passes", () => {
  assert.ok(passes((ledger) => ledger.present(settled, answer(200))));
  assert.ok(!passes(() => {}, { isWell: false }));
});

test("somebody who is taken for nobody fails a drill, whoever it was", () => {
  for (const code of ["session_ended", "not_signed_in"]) {
    assert.ok(!passes((ledger) => ledger.present(settled, answer(401, { code }))));
    assert.ok(!passes((ledger) => ledger.present(came, answer(401, { code }))));
  }
  const headers = { location: "/api/auth/signin?callbackUrl=x" };
  assert.ok(!passes((ledger) => ledger.present(settled, answer(303, { headers }))));
});

test("a store that may lose the sign-ins of its last moment loses no older ones, and signs nobody out", () => {
  const lost = (person) => (ledger) => ledger.present(person, answer(401, { code: "session_ended" }));
  const [fresh, old, later] = [NOW - 500, NOW - 5000, NOW + 500].map((since) => somebody("came-3", "present", since));
  const cluster = { drill: failover, store: "valkey-cluster" };
  assert.ok(passes(lost(fresh), cluster));
  assert.ok(!passes(lost(fresh), { drill: failover, store: "postgres" }));
  assert.ok(!passes(lost(fresh), { drill: kill, store: "valkey-cluster" }));
  for (const person of [old, later, settled]) assert.ok(!passes(lost(person), cluster));
});

test("somebody who signed out and is served fails a drill, but for the first second", () => {
  assert.ok(!passes((ledger) => ledger.gone(left, answer(200), left.since + 1500)));
  assert.ok(passes((ledger) => ledger.gone(left, answer(200), left.since + 500)));
  assert.ok(passes((ledger) => ledger.gone(left, answer(401, { code: "session_ended" }), left.since + 1500)));
});

test("a cookie that is taken away fails a drill, also with an answer that is well", () => {
  for (const line of ["crossgate=; Path=/", "crossgate=x; Max-Age=0; Path=/"]) {
    assert.ok(!passes((ledger) => ledger.present(settled, answer(200, { headers: { "set-cookie": [line] } }))));
  }
  const headers = { "set-cookie": ["crossgate-browser=; Max-Age=0"] };
  assert.ok(passes((ledger) => ledger.present(settled, answer(200, { headers }))));
});

test("an answer for somebody else fails a drill", () => {
  assert.ok(!passes((ledger) => ledger.present(came, answer(200))));
});

test("a stranger who sees an error fails a drill", () => {
  for (const status of [500, 502, 503, 0]) assert.ok(!passes((ledger) => ledger.stranger(answer(status))));
  assert.ok(passes((ledger) => ledger.stranger(answer(200))));
});

test("a failed request of somebody signed in is counted, and fails what was planned", () => {
  const fails = (ledger) => ledger.present(settled, answer(503, { code: "store_unavailable" }));
  assert.ok(passes(fails));
  assert.ok(!passes(fails, { drill: restart }));
});

test("what fails for long after the fault fails a drill", () => {
  assert.ok(!passes((ledger) => ledger.present(settled, answer(503, { at: NOW + 16_000 }))));
});
