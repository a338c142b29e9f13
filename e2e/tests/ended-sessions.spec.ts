// The session ended elsewhere while this page was open: a page that is opened next asks to sign in again.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { endElsewhere, expectSignIn, fillSignIn } from "../support/sessions.ts";

const mainLink = (page: Page, name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });

/** Opens a page and waits until scripts have taken over, so that links are followed by Next.js itself. */
async function openAndHydrate(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByTestId("user-name")).toHaveText(name);
}

for (const { from, link, to } of [
  { from: "/about", link: "Dashboard", to: "/dashboard" },
  { from: "/about", link: "Cart", to: "/cart" },
  { from: "/about", link: "Feedback", to: "/feedback" },
  { from: "/about", link: "Account", to: "/account" },
  { from: "/account", link: "Dashboard", to: "/dashboard" },
  { from: "/dashboard", link: "Account", to: "/account" },
]) {
  test(`the link from ${from} to ${to} leads to sign-in`, async ({ adasPage, ada }) => {
    await openAndHydrate(adasPage, from, ada.name);
    await endElsewhere(adasPage.context());
    await mainLink(adasPage, link).click();
    await expectSignIn(adasPage, to);
    await fillSignIn(adasPage, ada);
    await expect(adasPage).toHaveURL(to);
  });
}

test("a link inside the Pages Router leads to sign-in", async ({ adasPage, ada }) => {
  await openAndHydrate(adasPage, `/account/orders/${ada.orderId}`, ada.name);
  await endElsewhere(adasPage.context());
  await mainLink(adasPage, "Account").click();
  await expectSignIn(adasPage, "/account");
});

test("a link inside the App Router keeps its query on the way through sign-in", async ({ adasPage, ada }) => {
  await openAndHydrate(adasPage, "/dashboard", ada.name);
  await endElsewhere(adasPage.context());
  await adasPage.getByRole("link", { name: "shipped" }).click();
  await expectSignIn(adasPage, "/dashboard?tab=shipped");
  await fillSignIn(adasPage, ada);
  await expect(adasPage.getByTestId("tab")).toHaveText("shipped");
});

test("a call to the API leads to sign-in", async ({ adasPage, ada }) => {
  await openAndHydrate(adasPage, "/cart", ada.name);
  await expect(adasPage.getByTestId("cart-line")).toHaveCount(1);
  await endElsewhere(adasPage.context());
  await adasPage.getByTestId("remove-5").click();
  await expectSignIn(adasPage, "/cart");
});

test("a Server Action is not carried out and leads to sign-in", async ({ adasPage, ada }) => {
  await openAndHydrate(adasPage, "/feedback", ada.name);
  await endElsewhere(adasPage.context());
  await adasPage.locator("textarea[name=text]").fill("Too late.");
  await adasPage.getByTestId("feedback-send").click();
  await expectSignIn(adasPage, "/feedback");
  await fillSignIn(adasPage, ada);
  await expect(adasPage.getByRole("heading", { name: "Feedback" })).toBeVisible();
  await expect(adasPage.getByTestId("feedback")).toHaveCount(0);
});
