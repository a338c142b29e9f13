// Thousands of mutated requests: whatever the gateway lets through has one meaning for everybody behind it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OURS } from "../mutations/headers.js";
import { casesOf } from "../mutations/cases.js";
import { lastRequest } from "../mutations/request.js";
import { areAmong, differenceOf, meaningOf, outlineOf } from "../support/compare.js";
import { exchange } from "../support/exchange.js";
import { startGateway } from "../support/gateway.js";
import { randomOf } from "../support/random.js";
import { LAST, LAST_ANSWER, startRecorder } from "../support/recorder.js";
import { startServers } from "../support/servers.js";
import { Tally } from "../support/tally.js";
import { readingOf } from "../support/wire.js";

const SEED = Number(process.env.CROSSGATE_EDGE_SEED ?? 20261126);
const CASES = Number(process.env.CROSSGATE_EDGE_CASES ?? 8000);
/** Names that stand for ours once an underscore counts as a hyphen, as CGI and some frameworks have it. */
const FORGEABLE = new Set(OURS.map((name) => name.toLowerCase().replaceAll("_", "-")));
/** Node forgets what came in one piece with an upgrade that it does not take, and waits. */
const UPGRADE = /^upgrade:/im;

let recorder;
let gateway;
let servers;
before(async () => {
  recorder = await startRecorder();
  gateway = { ...(await startGateway(recorder.port)), take: recorder.take };
  servers = await startServers();
});
after(async () => {
  await Promise.all([gateway?.stop(), ...(servers ?? []).map((server) => server.stop())]);
  recorder?.close();
});

/** Sends bytes to a server; gives what it answered and what it passed on, without the request that ends a case. */
async function readBy(server, text) {
  const mayWait = readingOf(text).verdict === "incomplete" || (server.name === "Node" && UPGRADE.test(text));
  const outcome = await exchange(server.port, text, { last: LAST_ANSWER, mayWait });
  // Whoever still waits may be late with what it has read: after another request it has caught up.
  const isLate = outcome.ended === "waiting";
  if (isLate) await exchange(server.port, lastRequest(`localhost:${gateway.port}`), { last: LAST_ANSWER });
  const seen = server.take();
  if (isLate) seen.pop();
  return { ...outcome, seen, requests: seen.filter((request) => !isLast(request)) };
}

function isLast({ target }) {
  return target?.endsWith(LAST);
}

function isForged({ headers = [] }) {
  return headers.some(([name, value]) => value === "forged" && FORGEABLE.has(name.replaceAll("_", "-")));
}

/** What must hold of everything that left the gateway, whoever reads it. */
function judgeForwarded({ seen, requests, ended, text }, strict, findings) {
  for (const request of seen) {
    if (request.malformed) findings.push(`forwarded what is malformed: ${request.malformed}`);
    if (request.target?.includes("smuggled")) findings.push("a smuggled request arrived");
    if (isForged(request)) findings.push("a forged header arrived");
  }
  if (!areAmong(requests, strict.requests, outlineOf)) findings.push("forwarded what a strict reader does not find");
  const last = seen.findIndex(isLast);
  if (last >= 0 && last !== seen.length - 1) findings.push("something arrived behind the last request");
  if (text.includes('"bad_framing"') && last >= 0) findings.push("something arrived behind a request that was refused");
  if (ended === "waiting" && strict.verdict !== "incomplete") findings.push("the gateway neither answers nor closes");
}

/** The bytes that left the gateway, read by the others: the same meaning in all. */
async function compareForwarded(server, forwarded, { findings, tally }) {
  const { requests } = await readBy(server, forwarded.map(({ bytes }) => bytes).join("") + lastRequest("localhost"));
  const difference = differenceOf(requests, forwarded, meaningOf);
  if (difference) findings.push(`${server.name} reads what was forwarded differently: ${difference}`);
  tally.add(`what was forwarded is ${requests.length === forwarded.length ? "read alike" : "refused"} by ${server.name}`);
}

/**
 * The bytes as they came, read by the others: no other requests in them than a strict reader finds. Some refuse one of
 * them and read on; some read on behind an empty line (RFC 9112 §2.2), and find the request that ends the case.
 */
async function compareArrived(server, text, { strict, findings, tally }) {
  const { requests } = await readBy(server, text);
  const expected = strict.requests.filter((request) => !isLast(request));
  if (!areAmong(requests, expected, outlineOf)) {
    findings.push(`${server.name} reads what arrived differently: ${requests.map(outlineOf)} instead of ${expected.map(outlineOf)}`);
  }
  tally.add(`what arrived is read ${requests.length === expected.length ? "alike" : "in part"} by ${server.name}`);
}

async function judge({ text }, tally) {
  const findings = [];
  const strict = readingOf(text);
  const outcome = await readBy(gateway, text);
  judgeForwarded(outcome, strict, findings);
  const forwarded = outcome.requests;
  tally.note(outcome, forwarded.length > 0);
  if (forwarded.length === 0 || findings.length > 0) return findings;
  await Promise.all(servers.map((server) => compareForwarded(server, forwarded, { findings, tally })));
  await Promise.all(servers.map((server) => compareArrived(server, text, { strict, findings, tally })));
  return findings;
}

test("what the gateway lets through has one meaning", { timeout: 600_000 }, async (context) => {
  const tally = new Tally();
  const wrong = [];
  context.diagnostic(`seed ${SEED}, ${CASES} cases`);
  for (const one of casesOf(randomOf(SEED), `localhost:${gateway.port}`, CASES)) {
    const findings = await judge(one, tally);
    if (findings.length > 0) wrong.push({ ...one, findings });
  }
  for (const line of tally.lines()) context.diagnostic(line);
  assert.ok(gateway.isAlive(), "the gateway runs on");
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} cases have more than one meaning`);
  assert.ok(tally.share("accepted") >= 0.2, "enough is let through for the comparison to mean something");
  assert.ok(tally.share("refused") >= 0.2, "enough is ambiguous");
});
