// What differs between two outcomes, and whether the table of deviations has a reason for it.
import { isDeepStrictEqual } from "node:util";
import { DEVIATIONS } from "./deviations.js";

const isObject = (value) => typeof value === "object" && value !== null;
const isBranch = (value) => isObject(value) && Object.keys(value).length > 0;

function* leaves(value, path = "") {
  if (!isBranch(value)) return yield [path, value];
  for (const [key, member] of Object.entries(value)) yield* leaves(member, path === "" ? key : `${path}/${key}`);
}

/** Members that one side lacks altogether count once, not member by member. */
export function differencesIn(reference, gateway, path) {
  if (isDeepStrictEqual(reference, gateway)) return [];
  if (!isObject(reference) || !isObject(gateway)) return [{ path, reference, gateway }];
  const keys = new Set([...Object.keys(reference), ...Object.keys(gateway)]);
  return [...keys].flatMap((key) => differencesIn(reference[key], gateway[key], path === "" ? key : `${path}/${key}`));
}

function explains({ at, when }, { path, reference, gateway }) {
  return at.test(path) && when(reference, gateway);
}

function nameOf(difference, declared) {
  const candidates = [...declared, ...Object.keys(DEVIATIONS)];
  return candidates.find((name) => [DEVIATIONS[name].differences].flat().some((rule) => explains(rule, difference)));
}

/** The names of the deviations that are there, and the differences for which there is no reason. */
export function judge(reference, gateway, declared) {
  const differences = differencesIn(reference, gateway, "").map((difference) => ({
    ...difference,
    name: nameOf(difference, declared),
  }));
  const explained = differences.filter(({ name }) => name !== undefined);
  return {
    found: [...new Set(explained.map(({ name }) => name))].sort(),
    unexplained: differences.filter(({ name }) => name === undefined),
  };
}

/** One line of a report for people who have to mend it. */
export function describe({ path, reference, gateway }) {
  return `${path || "outcome"}: reference ${JSON.stringify(reference)}, Crossgate ${JSON.stringify(gateway)}`;
}

/** An outcome in one line per leaf. */
export function flat(outcome) {
  return [...leaves(outcome)].map(([path, value]) =>
    path === "" ? JSON.stringify(value) : `${path}: ${JSON.stringify(value)}`,
  );
}
