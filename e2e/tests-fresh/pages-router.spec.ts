// @crossgate/next/server in the Pages Router.
import { ADA, expect, expectShown, expectSignIn, openJson, signIn, test } from "./support/fixtures.ts";

test("withAuthSsr and apiFetchFor: people who are signed in get their own page", async ({ page, context, baseURL }) => {
  await page.goto("/ssr?tab=1");
  await expectSignIn(page, "/login", "/ssr?tab=1");
  await signIn(context, ADA, baseURL!);
  await page.goto("/ssr?tab=1");
  await expectShown(page, { subject: "ada", role: "admin" });
});

test("withAuthSsr: a link to the page leads strangers to the sign-in page", async ({ page }) => {
  await page.goto("/props");
  await page.getByRole("link", { name: "Your page" }).click();
  await expectSignIn(page, "/login", "/ssr");
});

test("withAuthSsr: a link to the page shows it to people who are signed in", async ({ adasPage }) => {
  await adasPage.goto("/props");
  await adasPage.getByRole("link", { name: "Your page" }).click();
  await expectShown(adasPage, { subject: "ada", role: "admin" });
});

test("getSessionFromRequest in getServerSideProps", async ({ page, context, baseURL }) => {
  await page.goto("/props");
  await expectShown(page, { subject: null });
  await signIn(context, ADA, baseURL!);
  await page.reload();
  await expectShown(page, { subject: "ada" });
});

test("getSessionFromRequest in an API route", async ({ page, context, baseURL }) => {
  await signIn(context, ADA, baseURL!);
  expect(await openJson(page, "/api/who")).toEqual({ status: 200, body: { subject: "ada" } });
});
