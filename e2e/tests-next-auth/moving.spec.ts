// The day on which Crossgate takes the place of an app that stood alone, and the day on which it goes again. Cookies do
// not tell ports apart, so a browser takes those of one address along to the other.
import { expect, test } from "@playwright/test";
import { type Example, V4, V5 } from "./support/environment.ts";
import { ADA, appCookies, expectSignedIn, expectStranger, fillSignIn, press, signIn } from "./support/people.ts";

const EXAMPLES: [string, Example][] = [["next-auth 4", V4], ["next-auth 5", V5]];

for (const [name, { behind, alone, leaving }] of EXAMPLES) {
  test(`${name}: the same build works without Crossgate`, async ({ page, context }) => {
    await page.goto(`${alone}/orders`);
    await expect(page).toHaveURL(/\/login\?/);
    await signIn(page, alone, ADA);
    await page.goto(`${alone}/orders`);
    await expect(page.getByRole("heading")).toHaveText("Orders of Ada Lovelace");
    expect((await appCookies(context)).length).toBe(1);
  });

  test(`${name}: whoever is signed in stays so when Crossgate comes`, async ({ page, context }) => {
    await signIn(page, alone, ADA);
    await page.goto(`${behind}/orders`);
    await expect(page.getByRole("heading")).toHaveText("Orders of Ada Lovelace");
    expect(await appCookies(context), "the old cookie has gone").toEqual([]);
    await page.goto(behind);
    await expectSignedIn(page, ADA);
    await press(page, "Sign out");
    await expectStranger(page);
  });

  test(`${name}: whoever is signed in stays so when Crossgate goes`, async ({ page, context }) => {
    await page.goto(`${leaving}/api/auth/signin?callbackUrl=/`);
    await fillSignIn(page, ADA);
    await expectSignedIn(page, ADA);
    expect((await appCookies(context)).length).toBe(1);
    await page.goto(`${alone}/orders`);
    await expect(page.getByRole("heading")).toHaveText("Orders of Ada Lovelace");
    await page.goto(alone);
    await expectSignedIn(page, ADA);
  });

  test(`${name}: who signs out on the way is signed out everywhere`, async ({ page, context }) => {
    await page.goto(`${leaving}/api/auth/signin?callbackUrl=/`);
    await fillSignIn(page, ADA);
    await expectSignedIn(page, ADA);
    await press(page, "Sign out");
    await expectStranger(page);
    expect(await appCookies(context)).toEqual([]);
  });
}
