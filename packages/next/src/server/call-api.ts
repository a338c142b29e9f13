// Calls to the API, as the person whose request is being answered.
import { invalid, ServerError } from "../gateway/server-error.js";
import { checkOrigin } from "../gateway/settings.js";
import { ApiError } from "../shared/api-error.js";
import type { HeaderReader } from "./request-headers.js";

/** What a call may say: all that `fetch` takes but `redirect`. `cache` is `"no-store"` where nothing is said. */
export type ApiInit = Omit<RequestInit, "redirect">;

/**
 * Calls the API.
 *
 * @param path Path and query: `/api/orders?page=2`. An absolute address counts only if it is the API's.
 * @returns The answer, if its status is below 400. A redirect is not followed, so that no token goes astray.
 * @throws {@link ApiError} where the status is 400 or more; {@link ServerError} `api_unreachable` where there is no
 *   answer, `api_address_refused` for an address elsewhere.
 */
export type ApiFetch = (path: string, init?: ApiInit) => Promise<Response>;

/** Where the API is, and which headers of the page's request it gets. */
export interface ApiSettings {
  readonly url: string;
  readonly headers: readonly string[];
}

/** What belongs to the request and says nothing about the person. */
const TRACING = ["x-request-id", "traceparent", "tracestate"];

/** @throws {@link ServerError} `configuration_invalid` */
export function apiSettings(url: string | undefined, headers: readonly string[] = ["authorization"]): ApiSettings {
  const found = url ?? process.env["CROSSGATE_API_URL"] ?? process.env["API_URL"];
  if (!found) throw invalid("CROSSGATE_API_URL is not set; fix: CROSSGATE_API_URL=<the url of [[api]] in crossgate.toml>");
  return { url: checkOrigin("apiUrl (CROSSGATE_API_URL)", found), headers: headers.map((name) => name.toLowerCase()) };
}

/** {@link ApiFetch} for one request. */
export async function callApi(api: ApiSettings, read: HeaderReader, path: string, init: ApiInit = {}): Promise<Response> {
  const address = addressOf(path, api.url);
  const headers = new Headers(init.headers);
  for (const [name, value] of passedOn(api, read)) if (!headers.has(name)) headers.set(name, value);
  const answer = await fetch(address, { cache: "no-store", ...init, headers, redirect: "manual" }).catch((cause: unknown) => {
    // Next.js speaks through errors of its own here, and an abort is the caller's.
    throw cause instanceof TypeError ? unreachable(cause) : cause;
  });
  if (answer.status >= 400) throw await ApiError.from(answer);
  return answer;
}

function addressOf(path: string, base: string): URL {
  const address = URL.canParse(path, base) ? new URL(path, base) : undefined;
  if (address?.origin === base && !address.username && !address.password) return address;
  const reason = "apiFetch was called with an address that is not the API's; fix: a path such as /api/orders";
  throw new ServerError("api_address_refused", reason);
}

/** `X-Crossgate-Api-Cookie` has the cookies that the API set itself. */
function passedOn(api: ApiSettings, read: HeaderReader): [name: string, value: string][] {
  const found = [...api.headers, ...TRACING].map((name) => [name, read(name)] as const);
  const all = [...found, ["cookie", read("x-crossgate-api-cookie")] as const];
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function unreachable(cause: unknown): ServerError {
  return new ServerError("api_unreachable", "the API does not answer; is CROSSGATE_API_URL right, and does it run?", { cause });
}
