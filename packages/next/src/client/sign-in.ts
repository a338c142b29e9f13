// Signing in and out.
import { announceChange } from "./changes.js";
import { ClientError } from "./client-error.js";
import type { CsrfToken } from "./csrf-token.js";
import { absolute, type Destination, submit } from "./endpoints.js";
import { leaveFor } from "./leave.js";

/** Where to go afterwards, and whether this page is left. All else are fields of the API's login, such as `email`. */
export interface SignInOptions {
  /** A path, or an address that Crossgate's configuration allows. Default: this page. */
  readonly callbackUrl?: string;
  /** Whether the browser goes there. Default `true`. `false` is for the app's own sign-in form. */
  readonly redirect?: boolean;
  readonly [field: string]: string | boolean | undefined;
}

/**
 * What came of an attempt.
 *
 * `code` is the API's own, or one of Crossgate's: `credentials` (wrong), `account_locked`, `missing_field`,
 * `rate_limited`, `second_step` (ask for what the second step needs, and call `signIn` with that alone),
 * `second_step_expired`, `sign_in_unavailable`. New ones may come.
 */
export type SignInResult =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly code: string; readonly message?: string; readonly url: string };

/** Parameters that go along to the provider, as far as `allowed_parameters` lets them. */
export type AuthorizationParameters = Readonly<Record<string, string>>;

/** Where an endpoint is, and the token that it wants. */
export interface Parts {
  readonly basePath: string;
  readonly csrf: CsrfToken;
}

const CREDENTIALS = "credentials";

/** Signs in with the API's own login, or at a provider. Without one it leads to the sign-in page. */
export async function signInWith(
  { basePath, csrf }: Parts,
  provider: string | undefined,
  options: SignInOptions = {},
  parameters: AuthorizationParameters = {},
): Promise<SignInResult> {
  const { redirect = true, callbackUrl: wanted = window.location.href, ...fields } = options;
  const callbackUrl = withoutError(wanted);
  if (provider === undefined) return leaveFor(`${basePath}/signin?${new URLSearchParams({ callbackUrl })}`);
  const path = provider === CREDENTIALS ? "callback" : "signin";
  const query = new URLSearchParams(parameters);
  const address = `${basePath}/${path}/${encodeURIComponent(provider)}?${query}`;
  const answered = await submit(address, { ...textsOf(fields), callbackUrl }, csrf);
  const result = resultOf(answered, provider);
  if (result.ok && provider === CREDENTIALS) {
    csrf.forget();
    announceChange();
  }
  return redirect || (result.ok && provider !== CREDENTIALS) ? leaveFor(answered.url) : result;
}

function textsOf(fields: Readonly<Record<string, string | boolean | undefined>>): Record<string, string | undefined> {
  const texts = Object.entries(fields).map(([name, value]) => [name, value === undefined ? value : String(value)] as const);
  return Object.fromEntries(texts);
}

/** The address of a refusal says what was wrong. That of a success at a provider is the provider's. */
function resultOf({ url, message }: Destination, provider: string): SignInResult {
  const error = errorIn(url);
  if (error === null) return { ok: true, url: url.href };
  const code = url.searchParams.get("code") ?? (provider === CREDENTIALS && error === "CredentialsSignin" ? CREDENTIALS : error);
  return { ok: false, code, ...(message !== undefined && { message }), url: url.href };
}

function errorIn(url: URL): string | null {
  return url.origin === window.location.origin ? url.searchParams.get("error") : null;
}

/** Without what it says about an earlier attempt: a success that leads back there would look like a refusal. */
function withoutError(address: string): string {
  if (!URL.canParse(address, window.location.href)) return address;
  const url = new URL(address, window.location.href);
  if (errorIn(url) === null) return address;
  for (const name of ["error", "code"]) url.searchParams.delete(name);
  return url.href;
}

/** Settings of `signOut`. */
export interface SignOutOptions {
  /** A path, or an address that Crossgate's configuration allows. Default: this page. */
  readonly callbackUrl?: string;
  /** Whether the browser goes there. Default `true`. Where people sign out at the provider too, it should. */
  readonly redirect?: boolean;
  /** Whether all sessions of this person end, in other browsers too. Default `false`. */
  readonly everywhere?: boolean;
}

/**
 * Ends the session. Gives where to go next.
 *
 * @throws {@link ClientError} `sign_out_refused` where the session goes on. Nobody may take that for signed out.
 */
export async function signOutWith({ basePath, csrf }: Parts, options: SignOutOptions = {}): Promise<{ readonly url: string }> {
  const { callbackUrl = window.location.href, redirect = true, everywhere = false } = options;
  const fields = { callbackUrl: withoutError(callbackUrl), everywhere: everywhere ? "true" : undefined };
  const { url } = await submit(`${basePath}/signout`, fields, csrf);
  if (errorIn(url) !== null) throw new ClientError("sign_out_refused", "the CSRF token was refused; the session goes on");
  csrf.forget();
  announceChange();
  return redirect ? leaveFor(url) : { url: url.href };
}

/** The sign-in page, for somebody who came to a page that needs a session. */
export function leaveForSignIn(basePath: string): Promise<never> {
  const query = new URLSearchParams({ error: "SessionRequired", callbackUrl: window.location.href });
  return leaveFor(absolute(`${basePath}/signin?${query}`));
}
