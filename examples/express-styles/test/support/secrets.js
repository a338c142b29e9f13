// What must never reach a browser: every token, every cookie of the API and every header that opens it.

const SECRET_NAME = /token|jwt/i;
// A kind of token, and what an API tells the pages about CSRF, are no secrets.
const NO_SECRET = /^(token_type|csrfToken)$/;
const SHORTEST = 16;

function* secretsIn(value) {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "string" && SECRET_NAME.test(name) && !NO_SECRET.test(name)) yield member;
    yield* secretsIn(member);
  }
}

function* cookieValues(lines = []) {
  for (const line of lines) yield line.split(";")[0].split("=").slice(1).join("=");
}

function* secretsOf({ headers, answer }) {
  yield headers.authorization;
  yield headers["x-access-token"];
  yield* cookieValues(headers.cookie?.split("; "));
  yield* cookieValues(answer?.headers["set-cookie"]);
  try {
    yield* secretsIn(JSON.parse(answer?.body));
  } catch {
    // An answer without JSON.
  }
}

/** Every secret in what passed the tap, without the words in front. */
export function secretsAt(tap) {
  const all = tap.records.flatMap((record) => [...secretsOf(record)]).filter((text) => typeof text === "string");
  const bare = all.flatMap((text) => [text.split(" ").at(-1), decodeURIComponent(text).split(" ").at(-1)]);
  return [...new Set(bare)].filter((text) => text.length >= SHORTEST);
}

/** Those of the secrets that stand in one of the texts. */
export function leaked(secrets, texts) {
  const whole = texts.flatMap((text) => [text, text.replaceAll("%2F", "/").replaceAll("%3D", "=")]).join("\n");
  return secrets.filter((secret) => whole.includes(secret));
}

/** What stands in a JWT. */
export function payloadOf(jwt) {
  return JSON.parse(Buffer.from(jwt.split(".")[1], "base64url").toString());
}
