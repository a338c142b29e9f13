import { expect, test } from "../support/fixtures.ts";
import { ACCOUNT_LOCKED, LOCKED, WRONG_PASSWORD } from "../support/people.ts";
import { expectSignIn, fillSignIn, signInOnTheWayTo } from "../support/sessions.ts";

const TARGET = "/dashboard?tab=shipped&note=a%26b";

test("a protected page leads to sign-in, and from there to the exact page and query", async ({ page, ada }) => {
  await page.goto(TARGET);
  await expectSignIn(page, TARGET);
  await fillSignIn(page, ada);
  await expect(page).toHaveURL(TARGET);
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
  await expect(page.getByTestId("tab")).toHaveText("shipped");
});

test("a wrong password shows the API's own message, and one can try again", async ({ page, ada }) => {
  await page.goto(TARGET);
  await fillSignIn(page, { email: ada.email, password: "not this one" });
  await expect(page.getByRole("alert")).toHaveText(WRONG_PASSWORD);
  await expect(page.locator("input[name=email]")).toHaveValue(ada.email);
  await expect(page.locator("input[name=password]")).toHaveValue("");
  await fillSignIn(page, ada);
  await expect(page).toHaveURL(TARGET);
});

test("a locked account is told so in the API's words", async ({ page }) => {
  await page.goto(TARGET);
  await fillSignIn(page, LOCKED);
  await expect(page.getByRole("alert")).toHaveText(ACCOUNT_LOCKED);
});

test("the keyboard is enough", async ({ page, ada }) => {
  await page.goto(TARGET);
  await expect(page.locator("input[name=email]")).toBeFocused();
  await page.keyboard.type(ada.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(TARGET);
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
});

test("signIn() in the app comes here and back to where it was called", async ({ page, ada }) => {
  await page.goto("/about");
  await page.getByTestId("sign-in").click();
  await expectSignIn(page, "/about");
  await fillSignIn(page, ada);
  await expect(page).toHaveURL("/about");
  await expect(page.getByTestId("user-name")).toHaveText(ada.name);
});

test("nobody is sent to another site after signing in", async ({ page, ada, baseURL }) => {
  for (const elsewhere of ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:alert(1)"]) {
    await page.context().clearCookies();
    await page.goto(`/api/auth/signin?callbackUrl=${encodeURIComponent(elsewhere)}`);
    await fillSignIn(page, ada);
    await expect(page.getByTestId("user-name"), elsewhere).toHaveText(ada.name);
    expect(new URL(page.url()).origin, elsewhere).toBe(baseURL);
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in works", async ({ page, ada }) => {
    await page.goto(TARGET);
    await fillSignIn(page, { email: ada.email, password: "not this one" });
    await expect(page.getByRole("alert")).toHaveText(WRONG_PASSWORD);
    await fillSignIn(page, ada);
    await expect(page).toHaveURL(TARGET);
    await expect(page.getByTestId("whoami")).toHaveText(ada.name);
  });

  test("signing out works", async ({ page, ada }) => {
    await signInOnTheWayTo(page, "/account", ada);
    await page.goto("/api/auth/signout");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.goto("/account");
    await expectSignIn(page, "/account");
  });
});
