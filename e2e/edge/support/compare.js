// What two readers made of the same bytes.

/** Headers that each intermediary sets for its own connection (RFC 9110 §7.6.1), or adds by its nature. */
const OF_THE_CONNECTION = new Set([
  "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "content-length", "upgrade", "expect", "via",
  "max-forwards",
]);

function merged(headers) {
  const found = new Map();
  for (const [name, value] of headers) {
    if (OF_THE_CONNECTION.has(name)) continue;
    found.set(name, found.has(name) ? `${found.get(name)}, ${value}` : value);
  }
  // An empty last element leaves a space behind, which means nothing (RFC 9110 §5.5).
  return [...found].map(([name, value]) => [name, value.trimEnd()]).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Everything that a request means, as text. */
export function meaningOf({ method, target, headers, body }) {
  return JSON.stringify([method, target, merged(headers), body]);
}

/** What it means before anybody made its target canonical or took headers away. */
export function outlineOf({ method, body }) {
  return JSON.stringify([method, body]);
}

/** The first place where `seen` says something else than `expected`; null where it is the same or stops earlier. */
export function differenceOf(seen, expected, describe) {
  for (const [at, request] of seen.entries()) {
    if (request.malformed) return `request ${at + 1} is malformed: ${request.malformed}`;
    if (at >= expected.length) return `request ${at + 1} is one too many: ${request.method} ${request.target}`;
    const [one, other] = [describe(request), describe(expected[at])];
    if (one !== other) return `request ${at + 1}: ${one} instead of ${other}`;
  }
  return null;
}

/** Whether `some` are among `all`, in their order. */
export function areAmong(some, all, describe) {
  const rest = all.map(describe);
  return some.every((request) => {
    const at = rest.indexOf(describe(request));
    return at >= 0 && rest.splice(0, at + 1).length > 0;
  });
}
