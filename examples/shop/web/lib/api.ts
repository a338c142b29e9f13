// Calls to the API from the browser. Never imported by code that runs on the server.
import { getCsrfToken, signIn } from "next-auth/react";

const STALE_CSRF_CODES = ["csrf_invalid", "csrf_missing"];

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Options = { method?: "GET" | "POST" | "DELETE"; body?: unknown };

let csrfToken: string | undefined;

async function csrfHeader(): Promise<Record<string, string>> {
  csrfToken ??= await getCsrfToken();
  return csrfToken ? { "X-CSRF-Token": csrfToken } : {};
}

async function send(path: string, { method = "GET", body }: Options): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      Accept: "application/json",
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(method !== "GET" && (await csrfHeader())),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  csrfToken = response.headers.get("X-CSRF-Token") ?? csrfToken;
  return response;
}

async function readError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; error?: string; message?: string };
  const message = body.message ?? `The server answered ${response.status}.`;
  return new ApiError(response.status, body.code ?? body.error ?? "unknown", message);
}

async function sendWithFreshCsrf(path: string, options: Options): Promise<Response> {
  const response = await send(path, options);
  if (response.status !== 403) return response;
  const { code } = await readError(response.clone());
  if (!STALE_CSRF_CODES.includes(code)) return response;
  csrfToken = undefined;
  return send(path, options);
}

/**
 * Calls `/api/…` and gives the JSON body. Throws an `ApiError` for every refusal; where nobody is
 * signed in (any more), the browser leaves for the sign-in page and comes back to this one.
 */
export async function apiFetch<T>(path: string, options: Options = {}): Promise<T> {
  const response = await sendWithFreshCsrf(path, options);
  if (response.status === 401) await signIn();
  if (!response.ok) throw await readError(response);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

/** A sentence for people about whatever `apiFetch` threw. */
export function describeError(error: unknown): string {
  return error instanceof ApiError ? error.message : "The shop cannot be reached right now.";
}
