// What signed-in people see.
import { expect, test } from "../support/fixtures.ts";
import { placeOrder } from "../support/people.ts";
import { signIn } from "../support/sessions.ts";

test("a Server Component renders this person's orders on the server", async ({ adasPage, ada }) => {
  const response = await adasPage.goto("/dashboard");
  expect(await response?.text()).toContain(ada.orderNote.split("'")[0]);
  await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
  await expect(adasPage.getByTestId("order")).toHaveCount(1);
  await expect(adasPage.getByTestId("order")).toContainText(ada.orderNote);
});

test("getServerSideProps renders this person's account and order", async ({ adasPage, ada }) => {
  const response = await adasPage.goto("/account");
  expect(await response?.text()).toContain(ada.email);
  await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
  await expect(adasPage.getByTestId("cart-line")).toContainText("Slide rule, boxed");
  await adasPage.goto(`/account/orders/${ada.orderId}`);
  await expect(adasPage.getByTestId("order")).toContainText(ada.orderNote);
});

test("useSession shows the name, on pages of both routers", async ({ adasPage, ada }) => {
  for (const path of ["/about", "/account"]) {
    await adasPage.goto(path);
    await expect(adasPage.getByTestId("user-name")).toHaveText(ada.name);
  }
});

test("links lead through both routers without signing in again", async ({ adasPage, ada }) => {
  await adasPage.goto("/");
  const links = adasPage.getByRole("navigation", { name: "Main" });
  for (const [link, path, shown] of [
    ["Dashboard", "/dashboard", ada.orderNote],
    ["Account", "/account", ada.email],
    ["Cart", "/cart", "Slide rule, boxed"],
    ["Feedback", "/feedback", "What should we do better?"],
    ["Shop", "/", "Tools for thinking"],
  ] as const) {
    await links.getByRole("link", { name: link }).click();
    await expect(adasPage).toHaveURL(path);
    await expect(adasPage.getByRole("main")).toContainText(shown);
  }
});

test("a Server Action knows who sends it", async ({ adasPage }) => {
  await adasPage.goto("/feedback");
  await adasPage.locator("textarea[name=text]").fill("More midnight ink, please.");
  await adasPage.getByTestId("feedback-send").click();
  await expect(adasPage.getByTestId("feedback-result")).toHaveText("Thank you, we read every word.");
  await expect(adasPage.getByTestId("feedback")).toContainText("More midnight ink, please.");
});

test("new orders arrive as they are placed", async ({ adasPage, ada }) => {
  await adasPage.goto("/dashboard");
  await expect(adasPage.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await placeOrder(ada, "placed from the telephone");
  await expect(adasPage.getByTestId("order").filter({ hasText: "placed from the telephone" })).toBeVisible();
});

test("the browser shops: cart and order, with the CSRF token of this session", async ({ adasPage }) => {
  await adasPage.goto("/");
  await adasPage.getByTestId("add-to-cart-1").click();
  await expect(adasPage.getByTestId("add-to-cart-1")).toHaveAttribute("data-step", "added");
  await adasPage.goto("/cart");
  await expect(adasPage.getByTestId("cart-line")).toHaveCount(2);
  await adasPage.getByTestId("remove-5").click();
  await expect(adasPage.getByTestId("cart-line")).toHaveCount(1);
  await adasPage.getByTestId("place-order").click();
  await expect(adasPage.getByTestId("order-placed")).toBeVisible();
});

test("two people at two browsers never see each other's data", async ({ adasPage, ada, grace, newBrowser }) => {
  const other = await newBrowser();
  await signIn(other, grace);
  const gracesPage = await other.newPage();
  const sides = [
    { page: adasPage, own: ada, foreign: grace },
    { page: gracesPage, own: grace, foreign: ada },
  ];
  for (const path of ["/dashboard", "/account", "/dashboard", "/account", "/dashboard"]) {
    await Promise.all(
      sides.map(async ({ page, own, foreign }) => {
        await page.goto(path);
        await expect(page.getByTestId("whoami")).toHaveText(own.name);
        const html = await page.content();
        expect(html).not.toContain(foreign.email);
        expect(html).not.toContain(foreign.name.split(" ")[1]);
      }),
    );
  }
  for (const { page, own, foreign } of sides) {
    await page.goto(`/account/orders/${foreign.orderId}`);
    await expect(page.getByTestId("not-found")).toBeVisible();
    await page.goto(`/account/orders/${own.orderId}`);
    await expect(page.getByTestId("order")).toContainText(own.orderNote);
  }
});
