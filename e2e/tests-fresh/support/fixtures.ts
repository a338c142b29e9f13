import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import type { Site } from "./environment.ts";

/** Whom the API knows. */
export const ADA = { id: "ada", name: "Ada", email: "ada@shop.example", role: "admin" };
export const GRACE = { id: "grace", name: "Grace", email: "grace@shop.example", role: "customer" };
export const PASSWORD = "correct horse battery";
export type Person = typeof ADA;

type Options = { site: Site };
type Fixtures = {
  /** The page of a browser in which Ada is signed in. */
  adasPage: Page;
};

/** Signs a browser in without opening a page: for tests that are about something else. */
export async function signIn(context: BrowserContext, { email }: Person, origin: string): Promise<void> {
  const answer = await context.request.get(`${origin}/api/auth/csrf`);
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  const form = { email, password: PASSWORD, callbackUrl: "/", json: "true", csrfToken };
  const response = await context.request.post(`${origin}/api/auth/callback/credentials`, { form, headers: { origin } });
  expect(response.status(), await response.text()).toBe(200);
}

/** Types into a sign-in page and sends it. */
export async function fillSignIn(page: Page, { email }: Person, password = PASSWORD): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** That the page is the sign-in page at this path, which leads back to `target`. */
export async function expectSignIn(page: Page, path: string, target: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.pathname === path);
  const address = new URL(page.url());
  const callback = address.searchParams.get("callbackUrl") ?? "";
  expect(new URL(callback, address).href).toBe(new URL(target, address).href);
}

/** The value that the page shows, once it is this one. */
export async function expectShown(page: Page, value: unknown): Promise<void> {
  const shown = async () => JSON.parse(await page.getByTestId("shown").innerText()) as unknown;
  await expect.poll(shown).toEqual(value);
}

/** Asks as a script does, with the cookies of the page. */
export async function openJson(page: Page, address: string): Promise<{ status: number; body: unknown }> {
  const response = await page.request.get(address);
  return { status: response.status(), body: (await response.json()) as unknown };
}

export const test = base.extend<Options & Fixtures>({
  site: [undefined as unknown as Site, { option: true }],
  adasPage: async ({ page, context, site }, use) => {
    await signIn(context, ADA, site.addresses.behindCrossgate);
    await use(page);
  },
});

export { expect };
