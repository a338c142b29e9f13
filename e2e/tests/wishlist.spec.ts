// The second service of the shop: it knows people through Crossgate alone.
import { expect, test } from "../support/fixtures.ts";
import { signIn, signInOnTheWayTo } from "../support/sessions.ts";

test("a wish is kept for this person, and nobody else sees it", async ({ adasPage, ada, grace, newBrowser }) => {
  await adasPage.goto("/products/5");
  await adasPage.getByTestId("add-to-wishlist").click();
  await expect(adasPage.getByTestId("add-to-wishlist")).toHaveText("On your wishlist ✓");
  await adasPage.goto("/wishlist");
  await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
  await expect(adasPage.getByTestId("wish")).toContainText("Slide rule, boxed");

  const other = await newBrowser();
  await signIn(other, grace);
  const gracesPage = await other.newPage();
  await gracesPage.goto("/wishlist");
  await expect(gracesPage.getByTestId("whoami")).toHaveText(grace.name);
  await expect(gracesPage.getByTestId("no-wishes")).toBeVisible();
});

test("a wish is taken back", async ({ adasPage }) => {
  await adasPage.goto("/products/7");
  await adasPage.getByTestId("add-to-wishlist").click();
  await expect(adasPage.getByTestId("add-to-wishlist")).toHaveText("On your wishlist ✓");
  await adasPage.goto("/wishlist");
  await adasPage.getByRole("button", { name: "Remove Enamel mug" }).click();
  await expect(adasPage.getByText("Enamel mug")).toHaveCount(0);
});

test("the wishlist leads strangers to the sign-in page and back", async ({ page, ada }) => {
  await signInOnTheWayTo(page, "/wishlist", ada);
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
});
