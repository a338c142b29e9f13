// Crossgate's own endpoints, as the browser asks them.
import { ApiError, membersOf, textOf } from "../shared/api-error.js";
import { jsonOf, send } from "./client-error.js";
import type { CsrfToken } from "./csrf-token.js";

/** Where they are unless the app says otherwise. */
export const DEFAULT_BASE_PATH = "/api/auth";

/** An address of this page's own origin. */
export const absolute = (path: string): string => new URL(path, window.location.href).href;

/** Asks an endpoint with GET. @throws {@link ApiError} for any status but 200. */
export async function ask(basePath: string, name: string): Promise<{ body: unknown; headers: Headers }> {
  const headers = { accept: "application/json" };
  const response = await send(new Request(absolute(`${basePath}/${name}`), { headers, cache: "no-store" }));
  if (!response.ok) throw await ApiError.from(response);
  return { body: await jsonOf(response), headers: response.headers };
}

/** The fields of a form. One that is undefined is left out. */
export type FormFields = Readonly<Record<string, string | undefined>>;

/** What an endpoint that leads somewhere answers. */
export interface Destination {
  readonly url: URL;
  readonly message: string | undefined;
}

/**
 * Sends a form to an endpoint that answers where to go next. With a fresh token: the one that is known may be that of a
 * session that has ended since.
 *
 * @throws {@link ApiError} where it answers with something else.
 */
export async function submit(address: string, fields: FormFields, csrf: CsrfToken): Promise<Destination> {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const body = new URLSearchParams([...given, ["csrfToken", await csrf.renew()], ["messages", "true"]]);
  const headers = { accept: "application/json", "x-auth-return-redirect": "1" };
  const response = await send(new Request(absolute(address), { method: "POST", headers, body, cache: "no-store" }));
  csrf.learn(response.headers);
  const answer = await response.clone().json().catch(() => undefined);
  return destinationIn(answer) ?? Promise.reject(await ApiError.from(response));
}

function destinationIn(answer: unknown): Destination | undefined {
  const { url, message } = membersOf(answer);
  if (typeof url !== "string" || !URL.canParse(url, window.location.href)) return undefined;
  return { url: new URL(url, window.location.href), message: textOf(message) };
}
