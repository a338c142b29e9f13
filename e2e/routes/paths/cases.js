// One request after the other, by chance that can be repeated.
import { actionOf, headersOf } from "./headers.js";
import { mutate } from "./mutations.js";
import { pageOf, targetOf } from "./transports.js";

const METHODS = ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];

function mutated(target, random) {
  const times = random.pick([0, 0, 0, 1, 1, 1, 2, 3]);
  let found = target;
  for (let time = 0; time < times; time += 1) found = mutate(found, random);
  // A space or nothing at all would end the target: that is framing, and tried elsewhere.
  return found.replaceAll(" ", "%20") || "/";
}

/** `site` is `{ random, basePath, locales, actions }`. */
export function caseOf(site, host) {
  const { random } = site;
  const target = mutated(targetOf(pageOf(random), site), random);
  if (random.chance(8)) return { method: "POST", target, ...actionOf(site, host) };
  const method = random.chance(95) ? "GET" : random.pick(METHODS);
  return { method, target, headers: headersOf(site), body: "" };
}
