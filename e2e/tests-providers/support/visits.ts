// What people do on their way through a provider and back.
import { type BrowserContext, type Page, expect } from "@playwright/test";
import { type ProviderId, provider } from "./environment.ts";
import type { Person } from "./people.ts";

/** A page that needs a session, and what must not get lost on the way there. */
export const PRIVATE = "/private?from=here&note=a%26b";

/** The built-in sign-in page. */
export const SIGN_IN = /\/api\/auth\/signin\b/;

export const providerButton = (page: Page, id: ProviderId) =>
  page.getByRole("button", { name: `Continue with ${provider(id).name}`, exact: true });

/** That the page is the provider's own. */
export async function expectProvider(page: Page, id: ProviderId): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Sign in at ${provider(id).name}`);
  expect(new URL(page.url()).origin).toBe(provider(id).url);
}

/** Says at a provider who one is. */
export async function answerProvider(page: Page, id: ProviderId, person: Pick<Person, "login">): Promise<void> {
  await expectProvider(page, id);
  await page.getByLabel("Name").fill(person.login);
  await page.getByRole("button", { name: /^(Continue|Authorize)$/ }).click();
}

/** Changes one's mind at a provider. */
export async function cancelAtProvider(page: Page, id: ProviderId): Promise<void> {
  await expectProvider(page, id);
  await page.getByRole("link", { name: "Cancel" }).or(page.getByRole("button", { name: "Cancel" })).click();
}

/** What a request said, as the provider shows it. */
export async function parametersAt(page: Page, id: ProviderId): Promise<Record<string, string>> {
  await expectProvider(page, id);
  return JSON.parse(await page.getByTestId("parameters").innerText()) as Record<string, string>;
}

/** Opens a page that needs a session and signs in on the way. */
export async function signInOnTheWayTo(page: Page, target: string, id: ProviderId, person: Person): Promise<void> {
  await page.goto(target);
  await expect(page).toHaveURL(SIGN_IN);
  await providerButton(page, id).click();
  await answerProvider(page, id, person);
  await expect(page).toHaveURL(target);
}

export type Session = { user?: Record<string, unknown>; expires?: string };

/** What the session endpoint says to this browser. */
export async function sessionOf(context: BrowserContext): Promise<Session> {
  return (await (await context.request.get("/api/auth/session")).json()) as Session;
}

export async function expectSignedIn(context: BrowserContext, { name, email }: Person): Promise<void> {
  expect((await sessionOf(context)).user).toMatchObject({ name, email });
}

/** `{}` for next-auth 4, `null` for Auth.js. */
export async function expectNobody(context: BrowserContext): Promise<void> {
  expect((await sessionOf(context)) ?? {}).toEqual({});
}

/** A call from a script on the page, with what came of it. */
export async function callApi(page: Page, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  return page.evaluate(async (address) => {
    const response = await fetch(address);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }, path);
}
