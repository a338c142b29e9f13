// Cases: an honest request, spoilt in one or two ways.
import { FRAMING } from "./framing.js";
import { HEADERS } from "./headers.js";
import { bytesOf, honestRequest, lastRequest } from "./request.js";
import { START } from "./start.js";

const MUTATIONS = Object.entries({ ...START, ...FRAMING, ...HEADERS });

function spoil(random, request) {
  const [name, mutate] = random.pick(MUTATIONS);
  mutate(request, random);
  return name;
}

/** One case: what was done to it, and its bytes with those of the request that ends it. */
function caseOf(random, host) {
  const request = honestRequest(random, host);
  const count = random.chance(3) ? 0 : random.chance(55) ? 1 : 2;
  const names = Array.from({ length: count }, () => spoil(random, request));
  return { name: names.join(" + ") || "nothing", text: bytesOf(request) + lastRequest(host) };
}

export function casesOf(random, host, count) {
  return Array.from({ length: count }, () => caseOf(random, host));
}
