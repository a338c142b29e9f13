// A case is run against the reference and against Crossgate. It passes if the outcomes are the same but for the
// deviations that are written down for it, and if each of those is still there.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Browser } from "./browser.js";
import { describe, judge } from "./compare.js";
import { isWriting, keyOf, readDeclared } from "./declared.js";
import { pairOf, servers } from "./environment.js";
import { keepResults } from "./results.js";

const MAJORS = ["v4", "v5"];
const declared = readDeclared();

const isByMajor = (value) => typeof value === "object" && value !== null && MAJORS.some((major) => major in value);
const forMajor = (value, major) => (isByMajor(value) ? value[major] : value);

function contextOf(side, major, pair) {
  const newBrowser = () => new Browser(side, major);
  // Something that was begun at the reference may be ended at Crossgate.
  const referenceBrowser = () => new Browser(pair.reference, major);
  return { side, major, servers, isGateway: side.isGateway, browser: newBrowser(), newBrowser, referenceBrowser };
}

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
const runOn = async (run, pair, which, major) => plain(await run(contextOf(pair[which], major, pair)));

function assertSame({ found, unexplained }, declared) {
  assert.deepEqual(unexplained.map(describe), [], "there are differences without a reason");
  if (!isWriting) assert.deepEqual(found, declared, "the deviations are not those that test/deviations.json names");
}

/** A bug that is known must still be there; when it is mended, its name has to go. */
function assertBug(isThere, bug) {
  assert.ok(isThere, `${bug} is mended: take its name out of the case`);
}

async function runPair({ run, bug }, pair, facts, keep) {
  const [reference, gateway] = [
    await runOn(run, pair, "reference", facts.major),
    await runOn(run, pair, "gateway", facts.major),
  ];
  const judgement = judge(reference, gateway, declared[keyOf(facts)] ?? []);
  const name = forMajor(bug, facts.major);
  keep({ reference, gateway, bug: name, found: judgement.found, broken: judgement.unexplained.map(describe) });
  if (name) assertBug(judgement.unexplained.length > 0, name);
  else assertSame(judgement, declared[keyOf(facts)] ?? []);
}

/** What only Crossgate can be asked has its outcome in the case. */
async function runGateway({ run, expected, bug }, pair, { major }, keep) {
  const gateway = await runOn(run, pair, "gateway", major);
  const wanted = plain(forMajor(expected, major));
  const name = forMajor(bug, major);
  keep({ gateway, bug: name });
  if (name) assertBug(!isDeepStrictEqual(gateway, wanted), name);
  else assert.deepEqual(gateway, wanted);
}

/**
 * Cases of a file. `expected` marks one that only Crossgate can be asked, since next-auth has nothing like it;
 * `plan` names the servers, `bug` the known bug that makes it fail, by major or for both.
 */
export function conformance(group) {
  const results = [];
  after(() => keepResults(group, results));
  return (definition) => {
    for (const major of definition.majors ?? MAJORS) {
      const pair = pairOf(definition.plan ?? "plain", major);
      const facts = { id: definition.id, what: definition.what, major };
      const keep = (result) => results.push({ ...facts, ...result });
      const run = definition.expected === undefined ? runPair : runGateway;
      test(keyOf(facts), () => run(definition, pair, facts, keep));
    }
  };
}
