// What is measured on the same set where nothing is broken.
import { setTimeout as wait } from "node:timers/promises";
import { quantile } from "../../bench/lib/numbers.mjs";
import { each } from "./people/crowd.mjs";
import { isNobody } from "./people/ledger.mjs";
import { Person } from "./people/person.mjs";
import { Scene } from "./scene.mjs";
import { STORES } from "./set/stores.mjs";

const SIGN_OUTS = 240;
/** So many at a time: more would measure how they wait for each other. */
const AT_ONCE = 4;
const NEVER = 10_000;

/** People who wait for renewed tokens, and how many requests of each wait at every node. */
const [WAITING, EACH] = [10, 20];
const [TOKEN_LIFE, REFRESH_TAKES] = [5000, 10_000];

/** Asks over and over until nobody is known any more; gives when. */
async function deadAt(person, at) {
  for (const end = Date.now() + NEVER; Date.now() < end; ) {
    const answer = await person.ask(at, "/api/mine");
    if (isNobody(answer)) return performance.now();
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.code ?? ""} in place of an answer about a session`);
  }
  throw new Error("a sign-out is not known elsewhere after 10 s");
}

/** From the acknowledged sign-out at one node until the last of the others knows, in milliseconds. */
async function revocation(person, number, doors) {
  const here = doors[number % doors.length];
  await person.signIn(here);
  const known = await Promise.all(doors.map((at) => person.ask(at, "/api/mine")));
  if (!known.every(({ status }) => status === 200)) throw new Error("a sign-in at one node is not known at the others");
  const others = doors.filter((at) => at !== here);
  await person.signOut(here);
  if (person.state !== "gone") throw new Error("a sign-out was not acknowledged");
  const done = performance.now();
  const times = await Promise.all(others.map((at) => deadAt(person, at)));
  return Math.max(...times) - done;
}

async function measureRevocation(scene) {
  const times = [];
  const numbers = Array.from({ length: SIGN_OUTS }, (_, number) => number);
  const one = async (number) => times.push(await revocation(new Person(`leaves-${number}`), number, scene.doors));
  await each(numbers, one, AT_ONCE);
  return { count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99), most: quantile(times, 1) };
}

/** Everybody's token has ended; all ask at all nodes at once, and the API takes its time. */
async function measureStorm(scene) {
  await scene.upstream.behave({ tokenLife: TOKEN_LIFE, refreshTakes: REFRESH_TAKES });
  const before = await scene.upstream.counts();
  const people = Array.from({ length: WAITING }, (_, number) => new Person(`waits-${number}`));
  await Promise.all(people.map((person) => person.signIn(scene.doors[0])));
  await wait(TOKEN_LIFE + 500);
  // What is renewed must not be due again while others still wait.
  await scene.upstream.behave({ tokenLife: 12 * REFRESH_TAKES });
  const often = (person, at) => Array.from({ length: EACH }, () => person.ask(at, "/api/mine"));
  const answers = await Promise.all(people.flatMap((person) => scene.doors.flatMap((at) => often(person, at))));
  const after = await scene.upstream.counts();
  const failed = answers.filter(({ status }) => status !== 200).map(({ status, code }) => `${status} ${code ?? ""}`);
  return { people: WAITING, requests: answers.length, calls: after.calls - before.calls, most: after.most, failed };
}

const milliseconds = (number) => `${number.toFixed(0)} ms`;
const renewing = ({ people, requests }) => `refresh calls for ${people} people, ${requests} requests at three nodes, 10 s each`;

/** By name: what it says, how it is measured, and the bars, each `{ name, figure, bar, isMet }`. */
export const MEASURES = [
  {
    name: "revocation",
    what: "sign-outs at one node, until both others know",
    measure: measureRevocation,
    bars: ({ count, p50, p99, most }, { known }) => [
      { name: `${count} sign-outs at one node, until both others know: p50`, figure: milliseconds(p50), bar: "–", isMet: true },
      { name: "the same: p99", figure: milliseconds(p99), bar: `< ${known} ms`, isMet: p99 < known },
      { name: "the same: most", figure: milliseconds(most), bar: "< 1000 ms", isMet: most < 1000 },
    ],
  },
  {
    name: "storm",
    what: "ended tokens, and an API that takes 10 s to renew one",
    measure: measureStorm,
    bars: ({ people, requests, calls, most, failed }) => [
      { name: renewing({ people, requests }), figure: calls, bar: people, isMet: calls === people },
      { name: "the same: most calls for one person", figure: most, bar: 1, isMet: most === 1 },
      { name: "the same: failed requests", figure: [failed.length, ...new Set(failed)].join(", "), bar: 0, isMet: failed.length === 0 },
    ],
  },
];

/** Gives the rows of one measure on a store. */
export async function measure({ name, measure: take, bars }, storeName) {
  const scene = await Scene.start(storeName);
  try {
    const figures = await take(scene);
    const rows = bars(figures, STORES[storeName]);
    const isGood = rows.every(({ isMet }) => isMet);
    return { figures, rows, folder: isGood ? undefined : scene.keep(`${storeName}-${name}`, figures) };
  } catch (error) {
    const folder = scene.keep(`${storeName}-${name}`, { error: error.message });
    return { rows: [{ name, figure: error.message, bar: "–", isMet: false }], folder };
  } finally {
    await scene.stop();
  }
}
