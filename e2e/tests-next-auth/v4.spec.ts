// An app with next-auth 4 behind Crossgate: its code is what it was.
import { expect, test } from "@playwright/test";
import { V4 } from "./support/environment.ts";
import { ADA, expectNothingLeaked, expectSignedIn, expectStaffOnly, expectStranger, fillSignIn, GRACE, press, rename, signIn } from "./support/people.ts";

const SITE = V4.behind;

test("a form on the app's own page signs in, with the API's message where that fails", async ({ page, context }) => {
  await page.goto(`${SITE}/login?callbackUrl=/`);
  await fillSignIn(page, { ...ADA, password: "wrong" });
  await expect(page.getByText("Wrong e-mail or password.")).toBeVisible();
  await fillSignIn(page, ADA);
  await expectSignedIn(page, ADA);
  await expectNothingLeaked(context, SITE);
});

test("withAuth in the middleware sends strangers to sign in and back, and lets people in", async ({ page }) => {
  await page.goto(`${SITE}/orders`);
  await expect(page).toHaveURL(/\/login\?callbackUrl=/);
  await fillSignIn(page, ADA);
  await expect(page).toHaveURL(`${SITE}/orders`);
  await expect(page.getByRole("heading")).toHaveText("Orders of Ada Lovelace");
  await expect(page.getByTestId("api"), "getToken() has a token for the API").toHaveText("The API answered 200.");
});

test("authorized() in the middleware tells people apart", async ({ page, browser }) => {
  await signIn(page, SITE, ADA);
  const graces = await browser.newPage();
  await signIn(graces, SITE, GRACE);
  await expectStaffOnly(SITE, { staff: page, other: graces });
  await graces.close();
});

test("getServerSession and getToken in an API route", async ({ page }) => {
  expect((await page.request.get(`${SITE}/api/whoami`)).status()).toBe(401);
  await signIn(page, SITE, ADA);
  const answer = await page.request.get(`${SITE}/api/whoami`);
  expect(await answer.json()).toMatchObject({ user: { id: "1", name: ADA.name, email: ADA.email }, subject: "1", hasAccessToken: true });
});

test("update() changes what the browser and the server see", async ({ page }) => {
  await signIn(page, SITE, GRACE);
  await rename(page, SITE, "Rear Admiral Hopper");
  await page.goto(`${SITE}/orders`);
  await expect(page.getByRole("heading")).toHaveText("Orders of Rear Admiral Hopper");
  const answer = await page.request.get(`${SITE}/api/whoami`);
  expect(await answer.json()).toMatchObject({ user: { name: "Rear Admiral Hopper", email: GRACE.email } });
});

test("signing out in one tab is seen in the other, and on the server", async ({ page, context }) => {
  await signIn(page, SITE, ADA);
  const other = await context.newPage();
  await other.goto(SITE);
  await expectSignedIn(other, ADA);
  await press(page, "Sign out");
  await expectStranger(page);
  await expectStranger(other);
  await other.goto(`${SITE}/orders`);
  await expect(other).toHaveURL(/\/login/);
});

test("useSession({ required: true }) leads to the sign-in page and back", async ({ page }) => {
  await page.goto(`${SITE}/notes`);
  await expect(page).toHaveURL(/\/login\?/);
  await expect(page.getByText("Please sign in to see this page.")).toBeVisible();
  await fillSignIn(page, ADA);
  await expect(page).toHaveURL(`${SITE}/notes`);
  await expect(page.getByRole("heading")).toHaveText("Notes of Ada Lovelace");
});
