// How the gateway's own pages look, and whether everybody can use them.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { type Person, WRONG_PASSWORD } from "../support/people.ts";
import { fillSignIn, signIn } from "../support/sessions.ts";

const SCREENS = [
  { screen: "desktop", viewport: { width: 1280, height: 800 } },
  { screen: "phone", viewport: { width: 390, height: 844 } },
] as const;

type BuiltInPage = { name: string; heading: string; open: (page: Page, ada: Person) => Promise<void> };

const PAGES: BuiltInPage[] = [
  {
    name: "sign-in",
    heading: "Sign in",
    open: async (page) => void (await page.goto("/api/auth/signin?callbackUrl=%2Fdashboard")),
  },
  {
    name: "sign-in-with-error",
    heading: "Sign in",
    open: async (page) => {
      await page.goto("/api/auth/signin?callbackUrl=%2Fdashboard");
      await fillSignIn(page, { email: "nobody@shop.example", password: "not this one" });
      await expect(page.getByRole("alert")).toHaveText(WRONG_PASSWORD);
    },
  },
  {
    name: "sign-out",
    heading: "Sign out?",
    open: async (page, ada) => {
      await signIn(page.context(), ada);
      await page.goto("/api/auth/signout");
      await expect(page.getByRole("main")).toContainText(ada.name);
    },
  },
  { name: "error", heading: "", open: async (page) => void (await page.goto("/api/auth/error?error=Configuration")) },
];

/** What every page of ours must offer to people who cannot see it, and to those on a small screen. */
async function expectAccessible(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(await page.title()).not.toBe("");
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, "nothing sticks out at the side").toBeLessThanOrEqual(0);
}

for (const { screen, viewport } of SCREENS) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${screen}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      for (const { name, heading, open } of PAGES) {
        test(`the ${name} page`, async ({ page, ada }) => {
          const problems: string[] = [];
          page.on("console", (message) => {
            // The browser itself notes each answer of 4xx and 5xx there.
            if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) problems.push(message.text());
          });
          await open(page, ada);
          if (heading) await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
          await page.screenshot({ path: `screenshots/${name}-${screen}-${colorScheme}.png`, fullPage: true });
          await expectAccessible(page);
          expect(problems).toEqual([]);
        });
      }
    });
  }
}

test("the sign-in page has a label for each field and says what is wrong with them", async ({ page }) => {
  await page.goto("/api/auth/signin");
  await expect(page.getByLabel(/e-?mail/i)).toHaveAttribute("autocomplete", "username");
  await expect(page.getByLabel("Password")).toHaveAttribute("autocomplete", "current-password");
  await fillSignIn(page, { email: "nobody@shop.example", password: "not this one" });
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(WRONG_PASSWORD);
  await expect(page).toHaveTitle(/^Error: /);
});

test("the pages allow no script and no frame", async ({ page }) => {
  const response = await page.goto("/api/auth/signin");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toMatch(/default-src 'none'|script-src 'none'/);
  expect(policy).not.toContain("unsafe-inline");
});

test("what somebody writes into the address is not shown as HTML", async ({ page }) => {
  for (const path of ["/api/auth/error?error=", "/api/auth/signin?error=", "/api/auth/signin?callbackUrl="]) {
    await page.goto(path + encodeURIComponent('"><img src=x onerror=alert(1)>'));
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.locator("img")).toHaveCount(0);
  }
});
