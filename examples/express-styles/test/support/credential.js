// What opens the API: which one Crossgate sent, and when it ends.
import { payloadOf } from "./secrets.js";

// APIs count in whole seconds, and nobody's clock is asked in the very moment.
const GRACE = 300;
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

/** The header of a forwarded request in which the API looks for who is asking. */
export function credentialOf(style, record) {
  const name = style.credential ?? "authorization";
  return { name, value: record.headers[name] };
}

function endOfCookie(line, at) {
  const [, maxAge] = /;\s*max-age=(-?\d+)/i.exec(line) ?? [];
  const [, expires] = /;\s*expires=([^;]+)/i.exec(line) ?? [];
  if (maxAge !== undefined) return at + Number(maxAge) * 1000;
  return expires ? Date.parse(expires) : Infinity;
}

/** When the first of these cookies ends, by the last answer that set each. */
function endOfCookies(tap, header) {
  const names = header.split("; ").map((pair) => pair.split("=")[0]);
  const ends = new Map();
  for (const { answer } of tap.records) {
    for (const line of answer?.headers["set-cookie"] ?? []) ends.set(line.split("=")[0], endOfCookie(line, answer.at));
  }
  return Math.min(...names.map((name) => ends.get(name) ?? Infinity));
}

function endByAnswer(tap, token) {
  const record = tap.records.findLast(({ answer }) => answer?.body.includes(token));
  const body = JSON.parse(record.answer.body);
  return record.answer.at + Number(body.expires_in ?? body.expiresIn) * 1000;
}

function endOf(tap, { name, value }) {
  if (name === "cookie") return endOfCookies(tap, value);
  const [jwt] = JWT.exec(value) ?? [];
  return jwt ? payloadOf(jwt).exp * 1000 : endByAnswer(tap, value.split(" ").at(-1));
}

/** Waits until the condition holds. */
export async function until(what, holds, milliseconds = 20_000) {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what}: not within ${milliseconds} ms`);
}

/** Waits until the credential has ended, by what the API said about it when it gave it. */
export async function untilItEnds(tap, credential) {
  await until("the credential ends", () => Date.now() > endOf(tap, credential) + GRACE);
}

/** The same call without Crossgate in between. */
export async function callDirectly(stack, { method = "GET", path, json, headers }, credential) {
  const response = await fetch(stack.api.url + path, {
    method,
    headers: { ...headers, ...(json && { "content-type": "application/json" }), [credential.name]: credential.value },
    body: json && JSON.stringify(json),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}
