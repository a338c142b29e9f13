// People of the shop, and what they do at the apps' own pages.
import { type BrowserContext, expect, type Page } from "@playwright/test";

export type Person = { readonly email: string; readonly password: string; readonly name: string; readonly id: string };

/** On the staff. */
export const ADA: Person = { email: "ada@shop.example", password: "correct-horse-1", name: "Ada Lovelace", id: "1" };
export const GRACE: Person = { email: "grace@shop.example", password: "correct-horse-2", name: "Grace Hopper", id: "2" };

export async function fillSignIn(page: Page, { email, password }: Pick<Person, "email" | "password">): Promise<void> {
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Presses a button once React has taken over the page that the server rendered: before that it does nothing. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  const isAlive = (element: Element) => Object.keys(element).some((key) => key.startsWith("__reactProps"));
  await expect.poll(async () => button.evaluate(isAlive)).toBe(true);
  await button.click();
}

/** Signs in at the app's own page, and ends at the front page. */
export async function signIn(page: Page, site: string, person: Person): Promise<void> {
  // next-auth 4 by itself sets its CSRF cookie with the first answer that it gives to a script.
  await page.goto(site);
  await expectStranger(page);
  await page.goto(`${site}/login`);
  await fillSignIn(page, person);
  await expect(page.getByRole("heading", { name: "The shop", exact: true })).toBeVisible();
  // The SessionProvider of next-auth 5 does not hear of a sign-in by a Server Action.
  await page.reload();
  await expectSignedIn(page, person);
}

/** On the front page: what `useSession()` says. */
export async function expectSignedIn(page: Page, { name, id }: Person): Promise<void> {
  await expect(page.getByTestId("status")).toHaveText(`authenticated: ${name}, ${id}`);
}

export async function expectStranger(page: Page): Promise<void> {
  await expect(page.getByTestId("status")).toHaveText("unauthenticated");
}

/** That the page for staff shows itself to those alone, and leads everybody else to the sign-in page. */
export async function expectStaffOnly(site: string, { staff, other }: { staff: Page; other: Page }): Promise<void> {
  await staff.goto(`${site}/staff`);
  await expect(staff.getByRole("heading")).toHaveText("For staff");
  await other.goto(`${site}/staff`);
  await expect(other).toHaveURL(/\/login/);
}

/** That neither next-auth's cookies nor a token of the API have come to this browser. */
export async function expectNothingLeaked(context: BrowserContext, site: string): Promise<void> {
  const names = (await context.cookies()).map(({ name }) => name);
  expect(names.filter((name) => /next-auth|authjs/.test(name))).toEqual([]);
  const session = (await (await context.request.get(`${site}/api/auth/session`)).json()) as { user?: object };
  expect(Object.keys(session).sort()).toEqual(["expires", "user"]);
  expect(Object.keys(session.user ?? {}).sort()).toEqual(["email", "id", "name"]);
}

/** Session cookies of next-auth in this browser. */
export async function appCookies(context: BrowserContext): Promise<string[]> {
  const names = (await context.cookies()).map(({ name }) => name);
  return names.filter((name) => /(next-auth|authjs)\.session-token/.test(name));
}

/** Changes the name on the profile page, and waits until the page shows it. */
export async function rename(page: Page, site: string, name: string): Promise<void> {
  await page.goto(`${site}/profile`);
  await page.getByLabel("New name").fill(name);
  await press(page, "Save");
  await expect(page.getByTestId("name")).toHaveText(name);
}
