import { expect, test } from "../support/fixtures.ts";
import { expectSignIn } from "../support/sessions.ts";

test("signOut() in the app ends the session", async ({ adasPage, ada }) => {
  await adasPage.goto("/dashboard");
  await expect(adasPage.getByTestId("user-name")).toHaveText(ada.name);
  await adasPage.getByTestId("sign-out").click();
  await expect(adasPage).toHaveURL("/");
  await expect(adasPage.getByTestId("sign-in")).toBeVisible();
  await adasPage.goto("/dashboard");
  await expectSignIn(adasPage, "/dashboard");
});

test("a cookie that was copied before is of no use afterwards", async ({ adasPage, newBrowser }) => {
  const cookies = await adasPage.context().cookies();
  await adasPage.goto("/");
  await adasPage.getByTestId("sign-out").click();
  await expect(adasPage.getByTestId("sign-in")).toBeVisible();
  const thief = await newBrowser();
  await thief.addCookies(cookies);
  const page = await thief.newPage();
  await page.goto("/dashboard");
  await expectSignIn(page, "/dashboard");
});

test("the other tab sees it", async ({ adasPage, ada, context }) => {
  const other = await context.newPage();
  await other.goto("/about");
  await expect(other.getByTestId("user-name")).toHaveText(ada.name);
  await adasPage.goto("/");
  await adasPage.getByTestId("sign-out").click();
  await expect(other.getByTestId("sign-in")).toBeVisible();
  await expect(other.getByTestId("user-name")).toHaveCount(0);
});

test("going back shows nothing private", async ({ adasPage, ada }) => {
  for (const path of ["/dashboard", "/account"]) {
    await adasPage.goto(path);
    await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
  }
  await adasPage.getByTestId("sign-out").click();
  await expect(adasPage.getByTestId("sign-in")).toBeVisible();
  for (const path of ["/account", "/dashboard"]) {
    await adasPage.goBack();
    await expectSignIn(adasPage, path);
    expect(await adasPage.content()).not.toContain(ada.name);
  }
});

test("the built-in page asks first", async ({ adasPage, ada }) => {
  await adasPage.goto("/api/auth/signout?callbackUrl=%2Fabout");
  await expect(adasPage.getByRole("heading", { level: 1 })).toHaveText("Sign out?");
  await expect(adasPage.getByRole("main")).toContainText(ada.name);
  await adasPage.getByRole("link", { name: "Stay signed in" }).click();
  await expect(adasPage).toHaveURL("/about");
  await expect(adasPage.getByTestId("user-name")).toHaveText(ada.name);
  await adasPage.goto("/api/auth/signout?callbackUrl=%2Fabout");
  await adasPage.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(adasPage).toHaveURL("/about");
  await expect(adasPage.getByTestId("sign-in")).toBeVisible();
});
