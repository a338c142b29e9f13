// @crossgate/next/middleware: the app stands in front of Crossgate.
import { ADA, expect, expectShown, expectSignIn, fillSignIn, signIn, test } from "./support/fixtures.ts";

const SIGN_IN = "/api/auth/signin";

test.use({ baseURL: async ({ site }, use) => use(site.addresses.inFrontOfCrossgate) });

test("crossgateMiddleware and crossgateRewrites: strangers sign in and are back", async ({ page, baseURL }) => {
  await page.goto("/front?tab=1");
  await expectSignIn(page, SIGN_IN, "/front?tab=1");
  await fillSignIn(page, ADA);
  await expect(page).toHaveURL(`${baseURL}/front?tab=1`);
  await expectShown(page, { email: ADA.email });
});

test("crossgateMiddleware: what is open stays open", async ({ page }) => {
  await page.goto("/front/help");
  await expect(page.getByRole("heading", { name: "Help" })).toBeVisible();
});

test("ServerError: what a mistake in the options is answered with", async ({ request }) => {
  const answer = await request.get("/front/misconfigured");
  expect(answer.status()).toBe(500);
  expect(await answer.json()).toMatchObject({ error: "configuration_invalid" });
});

test("crossgateMiddleware: a link to the page leads whoever has signed out to the sign-in page", async ({ page, context, baseURL }) => {
  await signIn(context, ADA, baseURL!);
  await page.goto("/front");
  await expectShown(page, { email: ADA.email });
  await context.clearCookies();
  await page.getByRole("link", { name: "Once more" }).click();
  await expectSignIn(page, SIGN_IN, "/front?again=1");
});
