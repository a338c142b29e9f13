// Answers without what differs from run to run, so that two servers can be compared and the report stays the same.
import { lifetimeOf, parseSetCookie } from "./jar.js";

const DAY = 86_400;
// Between an answer and our looking at it.
const TOLERANCE = 60;
const NO_STORE = "private, no-cache, no-store | no-cache | 0";

/** What a cookie is for, whatever it is called. */
const ROLES = [
  [/^(?:next-auth\.session-token|authjs\.session-token|shop\.session)(\.\d+)?$/, "session"],
  [/^crossgate$/, "session"],
  [/^(?:next-auth|authjs)\.csrf-token$|^crossgate-browser$/, "csrf"],
  [/^(?:next-auth|authjs)\.callback-url$/, "callback-url"],
  [/^(?:next-auth|authjs)\.state$/, "state"],
  [/^(?:next-auth|authjs)\.pkce\.code_verifier$/, "pkce"],
  [/^(?:next-auth|authjs)\.nonce$/, "nonce"],
  [/^crossgate-signin-/, "attempt"],
];

/** `session`, `session.0`, `csrf` and so on. */
export function roleOf(name) {
  const bare = name.replace(/^__(?:Secure-|Host-Http-|Host-)/, "");
  for (const [pattern, role] of ROLES) {
    const match = pattern.exec(bare);
    if (match) return role + (match[1] ?? "");
  }
  return bare;
}

function span(seconds) {
  for (const [length, text] of [
    [30 * DAY, "30 days"],
    [15 * 60, "15 minutes"],
    [10 * 60, "10 minutes"],
    [5 * 60, "5 minutes"],
    [0, "now"],
  ]) {
    if (Math.abs(seconds - length) <= TOLERANCE) return text;
  }
  return seconds < 0 ? "the past" : "another time";
}

function attributesOf(cookie, at) {
  return (
    cookie.attributes
      .map((attribute) =>
        /^expires=/i.test(attribute) ? `Expires=<${span(lifetimeOf({ attributes: [attribute] }, at))}>` : attribute,
      )
      // Their order means nothing to a browser.
      .sort()
      .join("; ")
  );
}

function describeCookie(cookie, at) {
  const isOver = (lifetimeOf(cookie, at) ?? 1) <= 0;
  return `${isOver ? "deleted" : "set"}; ${attributesOf(cookie, at)}`;
}

/** By role. */
export function cookiesOf(answer) {
  const parsed = answer.setCookie.map(parseSetCookie);
  return Object.fromEntries(parsed.map((cookie) => [roleOf(cookie.name), describeCookie(cookie, answer.at)]));
}

/** Texts with names in place of addresses, tokens and times. */
export function namedText(text, { origin, idp }, at) {
  return text
    .replaceAll(encodeURIComponent(origin), "ORIGIN")
    .replaceAll(origin, "ORIGIN")
    .replaceAll(new URL(origin).host, "HOST")
    .replaceAll(idp, "IDP")
    .replace(/eyJ[\w-]+(?:\.[\w-]*)+/g, "<token>")
    .replace(/\b[0-9a-f]{64}\b/g, "<64 hex>")
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, (date) => `<in ${span((Date.parse(date) - at) / 1000)}>`);
}

/** Any JSON value with such texts. */
export function named(value, side, at) {
  if (typeof value === "string") return namedText(value, side, at);
  if (Array.isArray(value)) return value.map((member) => named(member, side, at));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, named(member, side, at)]));
}

function cacheOf({ headers }) {
  const all = ["cache-control", "pragma", "expires"].map((name) => headers[name]);
  if (all.every((value) => value === undefined)) return "nothing said";
  return all.join(" | ") === NO_STORE ? "no-store" : all.join(" | ");
}

const isRefusal = ({ body }) => typeof body?.error === "string" && typeof body.message === "string";

function bodyOf(answer, side) {
  // The sentence is for people, and the rest is another one every time.
  if (isRefusal(answer)) return { error: answer.body.error };
  if (answer.body !== undefined) return named(answer.body, side, answer.at);
  if (answer.text === "") return "";
  return /^\s*<!doctype|^\s*<html/i.test(answer.text) ? "a page" : "text";
}

/** What a client or a browser can tell of an answer. */
export function seen(answer, side) {
  const { location, "content-type": type } = answer.headers;
  return {
    status: answer.status,
    ...(location !== undefined && { location: namedText(location, side, answer.at) }),
    ...(type !== undefined && { type: type.split(";")[0] }),
    body: bodyOf(answer, side),
    cookies: cookiesOf(answer),
  };
}

/** The same, with what caches are told. */
export const seenWithCache = (answer, side) => ({ ...seen(answer, side), cache: cacheOf(answer) });

/** Status and body, where the rest was looked at elsewhere. */
export function answered(answer, side) {
  const { status, body } = seen(answer, side);
  return { status, body };
}

/** Where an answer leads to, by its body or its header. */
export function leadsTo(answer, side) {
  const { status, body, location } = seen(answer, side);
  return { status, to: location ?? body?.url ?? body };
}

/** In one line: `302 ORIGIN/login`, `400 text`, `405 method_not_allowed`. */
export function brief(answer, side) {
  const { status, to } = leadsTo(answer, side);
  const text = typeof to === "string" ? to : (to?.error ?? Object.keys(to ?? {}).join(", "));
  return `${status} ${text}`.trim();
}
