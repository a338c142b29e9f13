// The example shop's real app: its own sign-in page has a button for each provider.
import { expect, test } from "@playwright/test";
import { SHOP_URL } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { answerProvider, cancelAtProvider } from "./support/visits.ts";

test.use({ baseURL: SHOP_URL });

test("the button on the app's own page leads to Google and back to the dashboard", async ({ page }) => {
  const ada = somebody();
  await page.goto("/dashboard?tab=placed");
  await expect(page).toHaveURL(/\/login\?/);
  await page.getByTestId("provider-google").click();
  await answerProvider(page, "google", ada);
  await expect(page).toHaveURL("/dashboard?tab=placed");
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
  await expect(page.getByTestId("user-name")).toHaveText(ada.name);
});

test("whoever cancels is back on the app's own page", async ({ page }) => {
  const ada = somebody();
  await page.goto("/login?callbackUrl=%2Fdashboard");
  await page.getByTestId("provider-google").click();
  await cancelAtProvider(page, "google");
  await expect(page).toHaveURL(/\/login\?/);
  await expect(page.getByTestId("login-error")).toBeVisible();
  await page.getByTestId("provider-google").click();
  await answerProvider(page, "google", ada);
  await expect(page.getByTestId("user-name")).toHaveText(ada.name);
});

test("the password still works beside it", async ({ page }) => {
  await page.goto("/login?callbackUrl=%2Fdashboard");
  await page.locator("input[name=email]").fill("ada@shop.example");
  await page.locator("input[name=password]").fill("correct-horse-1");
  await page.getByTestId("login-submit").click();
  await expect(page.getByTestId("whoami")).toHaveText("Ada Lovelace");
});
