// @crossgate/next/client and /testing in a browser.
import type { Page } from "@playwright/test";
import { ADA, expect, expectShown, expectSignIn, fillSignIn, GRACE, signIn, test } from "./support/fixtures.ts";

/** Once the page has asked: by then it is alive. */
const openAs = async (page: Page, name: string | null) => {
  await page.goto("/client");
  await expectShown(page, { status: name === null ? "unauthenticated" : "authenticated", name });
};
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const said = (page: Page) => page.getByTestId("said");

test("SessionProvider, useSession and signIn: a form of the app's own, with the words of the API", async ({ page }) => {
  await openAs(page, null);
  await fillSignIn(page, ADA, "wrong");
  await expect(said(page)).toHaveText("credentials: Wrong e-mail or password.");
  await fillSignIn(page, ADA);
  await expect(said(page)).toHaveText("welcome");
  await expectShown(page, { status: "authenticated", name: "Ada" });
});

test("signIn without a provider leads to the sign-in page", async ({ page }) => {
  await openAs(page, null);
  await press(page, "Sign in elsewhere");
  await expectSignIn(page, "/login", "/client");
});

test("signOut: seen in another tab at once", async ({ adasPage, context }) => {
  const other = await context.newPage();
  await openAs(other, "Ada");
  await openAs(adasPage, "Ada");
  await press(adasPage, "Sign out");
  for (const tab of [adasPage, other]) await expectShown(tab, { status: "unauthenticated", name: null });
});

test("apiJson: a change carries the CSRF token; apiFetch: a refusal is an ApiError", async ({ page, context, baseURL }) => {
  await signIn(context, GRACE, baseURL!);
  await openAs(page, "Grace");
  await press(page, "Add a note");
  await expect(said(page)).toHaveText("from a browser");
  await press(page, "Ask for the safe");
  await expect(said(page)).toHaveText("403 api_refused forbidden");
  await context.clearCookies();
  await press(page, "Ask for the safe");
  await expect(said(page)).toHaveText(/^401 not_signed_in/);
});

test("getSession, getProviders, getCsrfToken and createClient", async ({ adasPage }) => {
  await adasPage.goto("/client/once");
  await expectShown(adasPage, { names: ["Ada", "Ada"], providers: ["credentials"], token: 64 });
});

test("update: what a person may change shows at once, and stays", async ({ adasPage }) => {
  await openAs(adasPage, "Ada");
  await press(adasPage, "Change the name");
  await expectShown(adasPage, { status: "authenticated", name: "Countess Ada" });
  await openAs(adasPage, "Countess Ada");
});

test("ClientError: another site is not asked, and no answer is no refusal", async ({ page }) => {
  await page.goto("/client/failures");
  await page.route("**/api/kind", (route) => route.abort());
  await expectShown(page, "ready");
  await press(page, "Ask another site");
  await expectShown(page, "address_refused");
  await press(page, "Ask the API");
  await expectShown(page, "network");
});

test("useSession({ required: true }) leads strangers to the sign-in page", async ({ page, context, baseURL }) => {
  await page.goto("/required/client");
  await expectSignIn(page, "/login", "/required/client");
  await signIn(context, ADA, baseURL!);
  await page.goto("/required/client");
  await expectShown(page, "Ada");
});

test("withAuth shows a component to people who are signed in", async ({ page, context, baseURL }) => {
  await page.goto("/with-auth");
  await expectSignIn(page, "/login", "/with-auth");
  await signIn(context, ADA, baseURL!);
  await page.goto("/with-auth");
  await expectShown(page, "Ada");
});

test("TestSessionProvider and makeSession: nobody is asked", async ({ page }) => {
  await page.goto("/testing");
  await expectShown(page, "Somebody else");
});
