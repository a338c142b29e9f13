// Calls to the API from the browser.
import { ApiError } from "../shared/api-error.js";
import { ClientError, jsonOf, send } from "./client-error.js";
import { type CsrfToken, withToken } from "./csrf-token.js";

/** What changes nothing needs no token (RFC 9110 §9.2.1). */
const SAFE = ["GET", "HEAD", "OPTIONS", "TRACE"];
const STALE = ["csrf_missing", "csrf_invalid"];

/** As `fetch`, for the API behind Crossgate. */
export type ApiFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What {@link ApiJson} takes: all that `fetch` does, and `json` in place of `body`. */
export interface JsonInit extends Omit<RequestInit, "body"> {
  /** The body, of which JSON is made. */
  readonly json?: unknown;
}

/** As {@link ApiFetch}, from JSON to JSON. `undefined` where the answer has no content (204). */
export type ApiJson = <T = unknown>(input: string | URL, init?: JsonInit) => Promise<T>;

/** {@link ApiFetch} with this token. */
export function apiFetchWith(csrf: CsrfToken): ApiFetch {
  return async (input, init) => {
    const request = new Request(typeof input === "string" ? new URL(input, window.location.href) : input, init);
    refuseElsewhere(request);
    const response = SAFE.includes(request.method) ? await send(request) : await change(request, csrf, init?.body);
    csrf.learn(response.headers);
    if (!response.ok) throw await ApiError.from(response);
    return response;
  };
}

/** {@link ApiJson} with this way of fetching. */
export function apiJsonWith(apiFetch: ApiFetch): ApiJson {
  return async <T>(input: string | URL, { json, ...init }: JsonInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("accept")) headers.set("accept", "application/json");
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const response = await apiFetch(input, { ...init, headers, ...body });
    return (response.status === 204 ? undefined : await jsonOf(response)) as T;
  };
}

/** The token of this app is for no other site, and cookies would not go there. */
function refuseElsewhere(request: Request): void {
  if (new URL(request.url).origin === window.location.origin) return;
  throw new ClientError("address_refused", "apiFetch was called with an address of another site; fix: a path such as /api/orders, or fetch");
}

/**
 * Once more with a fresh token, where the first one was another session's. A stream is sent only once: to be sent again
 * all of it would have to be kept.
 */
async function change(request: Request, csrf: CsrfToken, body: RequestInit["body"]): Promise<Response> {
  const again = body instanceof ReadableStream ? undefined : request.clone();
  const response = await send(withToken(request, await csrf.current()));
  if (again === undefined || response.status !== 403 || !(await isStale(response))) return response;
  return send(withToken(again, await csrf.renew()));
}

async function isStale(response: Response): Promise<boolean> {
  return STALE.includes((await ApiError.from(response)).code);
}
