// Signing in and out, by hand on the built-in page and behind the page's back.
import { type APIRequestContext, type BrowserContext, type Page, expect, request } from "@playwright/test";
import { BASE_URL } from "./environment.ts";
import type { Person } from "./people.ts";

type Login = Pick<Person, "email" | "password">;

/** The built-in sign-in page. */
export const SIGN_IN = /\/api\/auth\/signin\?/;

/** What a page says when it is not a navigation by itself: requests of ours carry no such header on their own. */
const SAME_ORIGIN = { origin: BASE_URL };

/** Types into the built-in page and sends it. */
export async function fillSignIn(page: Page, { email, password }: Login): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens a protected page and signs in on the way. */
export async function signInOnTheWayTo(page: Page, target: string, person: Login): Promise<void> {
  await page.goto(target);
  await expect(page).toHaveURL(SIGN_IN);
  await fillSignIn(page, person);
  await expect(page).toHaveURL(new URL(target, BASE_URL).href);
}

async function csrfToken(api: APIRequestContext): Promise<string> {
  const { csrfToken } = (await (await api.get("/api/auth/csrf")).json()) as { csrfToken: string };
  return csrfToken;
}

/** Signs a browser in without opening a page: for tests that are about something else. */
export async function signIn(context: BrowserContext, { email, password }: Login): Promise<void> {
  const form = { email, password, callbackUrl: "/", json: "true", csrfToken: await csrfToken(context.request) };
  const response = await context.request.post("/api/auth/callback/credentials", { form, headers: SAME_ORIGIN });
  expect(response.status(), await response.text()).toBe(200);
}

/** Ends a browser's session from elsewhere: this browser keeps its cookie and is told nothing. */
export async function endElsewhere(context: BrowserContext): Promise<void> {
  const elsewhere = await request.newContext({ baseURL: BASE_URL, storageState: await context.storageState() });
  const form = { json: "true", callbackUrl: "/", csrfToken: await csrfToken(elsewhere) };
  const response = await elsewhere.post("/api/auth/signout", { form, headers: SAME_ORIGIN });
  expect(response.status(), await response.text()).toBe(200);
  expect(await (await elsewhere.get("/api/auth/session")).json()).toEqual({});
  await elsewhere.dispose();
}

/** That the page is the built-in sign-in page and leads back to `target` afterwards. */
export async function expectSignIn(page: Page, target: string): Promise<void> {
  await expect(page).toHaveURL(SIGN_IN);
  const callback = new URL(page.url()).searchParams.get("callbackUrl") ?? "";
  expect(new URL(callback, BASE_URL).href).toBe(new URL(target, BASE_URL).href);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
}
