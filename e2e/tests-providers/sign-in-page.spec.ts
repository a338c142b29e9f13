// How the built-in page looks with four buttons, and whether everybody can use it.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { DIALECTS, GATEWAYS, PROVIDERS } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { PRIVATE, SIGN_IN, answerProvider, cancelAtProvider, providerButton } from "./support/visits.ts";

const SCREENS = [
  { screen: "desktop", viewport: { width: 1280, height: 800 } },
  { screen: "phone", viewport: { width: 390, height: 844 } },
] as const;

for (const { screen, viewport } of SCREENS) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${screen}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      for (const isCancelled of [false, true]) {
        test(`the sign-in page ${isCancelled ? "after a sign-in that was cancelled" : "with a button for each provider"}`, async ({ page }) => {
          await page.goto(PRIVATE);
          if (isCancelled) {
            await providerButton(page, "google").click();
            await cancelAtProvider(page, "google");
            await expect(page.getByRole("main")).toContainText("The sign-in was cancelled.");
          }
          for (const { id } of PROVIDERS) await expect(providerButton(page, id)).toBeVisible();
          const name = `sign-in-with-providers${isCancelled ? "-cancelled" : ""}-${screen}-${colorScheme}`;
          await page.screenshot({ path: `test-results/${name}.png`, fullPage: true });
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, "nothing sticks out at the side").toBeLessThanOrEqual(0);
        });
      }
    });
  }
}

for (const dialect of DIALECTS) {
  test.describe(dialect, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    test("the keyboard is enough", async ({ page }) => {
      await page.goto(PRIVATE);
      await expect(page).toHaveURL(SIGN_IN);
      await providerButton(page, "github").focus();
      await page.keyboard.press("Enter");
      await answerProvider(page, "github", somebody());
      await expect(page).toHaveURL(PRIVATE);
    });

    test("the page allows no script, and forms to nowhere but here", async ({ page }) => {
      const response = await page.goto("/api/auth/signin");
      const policy = response?.headers()["content-security-policy"] ?? "";
      expect(policy).toMatch(/default-src 'none'|script-src 'none'/);
      expect(/form-action ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
    });
  });
}
