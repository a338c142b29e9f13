// What needs no React.
import { ApiError, membersOf } from "../shared/api-error.js";
import type { Session } from "../shared/session.js";
import { type ApiFetch, apiFetchWith, type ApiJson, apiJsonWith } from "./api-fetch.js";
import { announceChange } from "./changes.js";
import { ClientError, jsonOf, send } from "./client-error.js";
import { CsrfToken } from "./csrf-token.js";
import { absolute, ask, DEFAULT_BASE_PATH } from "./endpoints.js";
import { type SessionAnswer, sessionAnswer } from "./session-answer.js";
import {
  type AuthorizationParameters,
  type SignInOptions,
  type SignInResult,
  type SignOutOptions,
  leaveForSignIn,
  signInWith,
  signOutWith,
} from "./sign-in.js";

/** Settings of {@link createClient}. */
export interface ClientOptions {
  /** `app.next_auth.base_path` of Crossgate's configuration. Default `/api/auth`. */
  readonly basePath?: string;
}

/** A way to sign in, as `GET providers` describes it. */
export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly signinUrl: string;
  readonly callbackUrl: string;
}

/** Everything that a page asks Crossgate. The functions need no `this`, so they can be taken out. */
export interface Client {
  /** Who is signed in; `null` for nobody. @throws {@link ApiError}, {@link ClientError} where that is not known. */
  readonly getSession: () => Promise<Session | null>;
  /** The same, and why a session ended. */
  readonly askSession: () => Promise<SessionAnswer>;
  /** The token that a form sends as `csrfToken`. `apiFetch` needs none from you. */
  readonly getCsrfToken: () => Promise<string>;
  /** The ways to sign in, by their id. */
  readonly getProviders: () => Promise<Readonly<Record<string, Provider>>>;
  /** See {@link SignInOptions} and {@link SignInResult}. */
  readonly signIn: (
    provider?: string,
    options?: SignInOptions,
    parameters?: AuthorizationParameters,
  ) => Promise<SignInResult>;
  /** See {@link SignOutOptions}. */
  readonly signOut: (options?: SignOutOptions) => Promise<{ readonly url: string }>;
  /** Changes what `update` in `[app.next_auth]` lists, and counts as activity. Gives the session as it is then. */
  readonly updateSession: (data?: unknown) => Promise<SessionAnswer>;
  /** Leads to the sign-in page and from there back to this one. */
  readonly requireSignIn: () => Promise<never>;
  /** As `fetch`, for the API of this origin: with the CSRF token, and with an {@link ApiError} for every refusal. */
  readonly apiFetch: ApiFetch;
  /** The same, from JSON to JSON. */
  readonly apiJson: ApiJson;
}

/** A client for endpoints elsewhere than `/api/auth`. For those there the functions of this module do. */
export function createClient({ basePath = DEFAULT_BASE_PATH }: ClientOptions = {}): Client {
  const csrf = new CsrfToken(basePath);
  const parts = { basePath, csrf };
  const askSession = async () => {
    const answer = await ask(basePath, "session");
    csrf.learn(answer.headers);
    return sessionAnswer(answer);
  };
  const apiFetch = apiFetchWith(csrf);
  return {
    askSession,
    getSession: async () => (await askSession()).session,
    getCsrfToken: () => csrf.renew(),
    getProviders: async () => providersIn((await ask(basePath, "providers")).body),
    signIn: (provider, options, parameters) => signInWith(parts, provider, options, parameters),
    signOut: (options) => signOutWith(parts, options),
    updateSession: (data) => update(basePath, csrf, data),
    requireSignIn: () => leaveForSignIn(basePath),
    apiFetch,
    apiJson: apiJsonWith(apiFetch),
  };
}

function providersIn(body: unknown): Readonly<Record<string, Provider>> {
  const providers = membersOf(body);
  if (Object.values(providers).every((provider) => typeof membersOf(provider)["id"] === "string")) {
    return providers as Readonly<Record<string, Provider>>;
  }
  throw new ClientError("answer_invalid", "the answer is no list of providers; does Crossgate stand in front of this app?");
}

async function update(basePath: string, csrf: CsrfToken, data: unknown): Promise<SessionAnswer> {
  const request = new Request(absolute(`${basePath}/session`), {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ csrfToken: await csrf.renew(), data }),
  });
  const response = await send(request);
  if (!response.ok) throw await ApiError.from(response);
  const answer = sessionAnswer({ body: await jsonOf(response), headers: response.headers });
  announceChange();
  return answer;
}
