// The way to a provider and back, step by step.
import { namedText } from "./outcome.js";

/** Begins a sign-in; gives the address at the provider. */
export async function begin(browser, { provider = "first", query = "", callbackUrl = "/after" } = {}) {
  const answer = await browser.submit(`/signin/${provider}${query}`, { callbackUrl });
  return { answer, url: answer.body.url };
}

/** What the provider sends the browser back to. */
export async function atProvider(url) {
  const response = await fetch(url, { redirect: "manual" });
  return new URL(response.headers.get("location"));
}

/** Comes back to `address`, which the provider gave or somebody changed. */
export const comeBack = (browser, address) => browser.send("GET", address.pathname + address.search);

/** The whole way. */
export async function signInAtProvider(browser, options = {}) {
  const { url } = await begin(browser, options);
  return comeBack(browser, await atProvider(url));
}

const RANDOM = ["state", "nonce", "code_challenge"];

/** The parameters of an authorization request, without what is random. */
export function parametersOf(url, side) {
  const { origin, pathname, searchParams } = new URL(url);
  const parameters = [...searchParams]
    .sort()
    .map(([name, value]) => [name, RANDOM.includes(name) ? "<random>" : namedText(value, side, Date.now())]);
  return { at: namedText(origin + pathname, side, Date.now()), ...Object.fromEntries(parameters) };
}
