// The app's own sign-in page: signIn("credentials", { redirect: false }).
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { ACCOUNT_LOCKED, LOCKED, WRONG_PASSWORD } from "../support/people.ts";

const LOGIN = "/login?callbackUrl=%2Fdashboard%3Ftab%3Dplaced";

async function fillLogin(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.getByTestId("login-submit").click();
}

test("a wrong password shows the API's own message without leaving the page", async ({ page, ada }) => {
  await page.goto(LOGIN);
  await expect(page.getByTestId("login-submit")).toBeEnabled();
  await fillLogin(page, { email: ada.email, password: "not this one" });
  await expect(page.getByTestId("login-error")).toHaveText(WRONG_PASSWORD);
  await expect(page).toHaveURL(LOGIN);
});

test("a locked account is told so in the API's words", async ({ page }) => {
  await page.goto(LOGIN);
  await fillLogin(page, LOCKED);
  await expect(page.getByTestId("login-error")).toHaveText(ACCOUNT_LOCKED);
});

test("the right password leads to the target", async ({ page, ada }) => {
  await page.goto(LOGIN);
  await fillLogin(page, { email: ada.email, password: "not this one" });
  await expect(page.getByTestId("login-error")).toBeVisible();
  await fillLogin(page, ada);
  await expect(page).toHaveURL("/dashboard?tab=placed");
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
});
