// One drill: people, a fault, the end of it, and a verdict.
import { setTimeout as wait } from "node:timers/promises";
import { Scene } from "./scene.mjs";
import { STORES } from "./set/stores.mjs";

const PEOPLE = 200;
/** So long nothing happens first, and so long everything must succeed afterwards. */
const [BEFORE, WELL] = [3000, 2000];
/** Whatever has not recovered by then has not. */
const PATIENCE = 30_000;

/** Watches until everything has succeeded for a while; false where that does not come. */
async function recovered(ledger) {
  const end = Date.now() + PATIENCE;
  const since = Date.now();
  for (; Date.now() < end; await wait(50)) {
    const last = ledger.failures.at(-1)?.at ?? 0;
    if (Date.now() - Math.max(last, since) >= WELL) return true;
  }
  return false;
}

/** Milliseconds from a moment to the last failure after it; none where nothing failed. */
function failedFor(failures, from) {
  const last = failures.findLast(({ at }) => at >= from)?.at;
  return last === undefined ? 0 : last - from;
}

/** Of the sign-ins that were lost, those that a store may not lose. */
function lostBeyond(lost, mayLose, killed) {
  return lost.filter((person) => killed === undefined || person.since < killed - mayLose || person.since > killed);
}

/** What is judged. */
export function figuresOf(drill, { ledger, crowd }, storeName, isWell) {
  const { faults, failures } = ledger;
  const isSettled = (person) => person.name.startsWith("settled");
  const lost = [...ledger.signedOut].filter((person) => !isSettled(person));
  const killed = drill.isFailover ? faults[0].at : undefined;
  return {
    signOutsCaused: [...ledger.signedOut].filter(isSettled).length,
    signInsLost: lost.length,
    signInsLostBeyond: lostBeyond(lost, STORES[storeName].mayLose, killed).length,
    signOutsUndone: ledger.undone.size,
    cookiesCleared: ledger.cleared.length,
    foreign: ledger.foreign.length,
    anonymous: ledger.anonymous.length,
    failed: ledger.failedByAnswer(),
    people: crowd.people.length,
    answers: ledger.answers,
    signIns: ledger.signIns,
    signOuts: ledger.signOuts,
    isWell,
    sinceFault: failedFor(failures, faults[0].at),
    sinceEnd: failedFor(failures, faults.at(-1).at),
  };
}

async function act(drill, scene) {
  const { crowd, ledger } = scene;
  await crowd.gather(PEOPLE);
  crowd.begin();
  await wait(BEFORE);
  await drill.run(scene);
  const isWell = await recovered(ledger);
  await crowd.stop();
  await scene.lookAtEverybody();
  return isWell;
}

/** Gives `{ figures, ledger, isKept }`; `isGood` says of the figures whether the evidence may go. */
export async function run(drill, storeName, isGood) {
  const scene = await Scene.start(storeName);
  try {
    const isWell = await act(drill, scene);
    const figures = { ...figuresOf(drill, scene, storeName, isWell), api: await scene.upstream.counts() };
    if (isGood(figures)) return { figures };
    const { faults, failures, cleared, foreign } = scene.ledger;
    return { figures, folder: scene.keep(`${storeName}-${drill.name}`, { figures, faults, failures, cleared, foreign }) };
  } catch (error) {
    const { faults, failures } = scene.ledger;
    return { error, folder: scene.keep(`${storeName}-${drill.name}`, { error: error.message, faults, failures }) };
  } finally {
    await scene.stop();
  }
}
