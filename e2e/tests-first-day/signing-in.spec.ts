// What the guide of the first day says that people see, once everything runs.
import { expect, type Page, test } from "@playwright/test";
import { SIGN_IN_URL } from "./environment.ts";

/** Ada's account in the API's demo data. */
const ACCOUNT = { email: "ada@shop.example", password: "correct-horse-1" };
/** The first page is compiled when it is asked for. */
const COMPILING = 30_000;

/** Asks as the app's own code in the browser would. */
function call(page: Page, path: string): Promise<{ status: number; body: unknown }> {
  return page.evaluate(async (path) => {
    const response = await fetch(path);
    return { status: response.status, body: await response.json() };
  }, path);
}

test("the app is there, and the API is closed to strangers", async ({ page, baseURL }) => {
  await page.goto("/", { timeout: COMPILING });
  await expect(page).toHaveTitle("Create Next App");
  expect(page.url()).toBe(`${baseURL}/`);
  expect(await call(page, "/api/me")).toMatchObject({ status: 401, body: { error: "not_signed_in" } });
  expect(await call(page, "/api/products")).toMatchObject({ status: 200 });
});

test("an account of the API signs in, and the API is given its own token", async ({ page, context }) => {
  await page.goto(SIGN_IN_URL);
  await page.getByLabel("E-mail").fill(ACCOUNT.email);
  await page.getByLabel("Password").fill(ACCOUNT.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveTitle("Create Next App", { timeout: COMPILING });
  expect(await call(page, "/api/auth/session")).toMatchObject({ body: { user: { email: ACCOUNT.email } } });
  // Only the API can say whose token it is: it has verified it.
  expect(await call(page, "/api/me")).toMatchObject({ status: 200, body: { user: { email: ACCOUNT.email } } });
  expect(await page.evaluate(() => document.cookie), "scripts read no cookie").toBe("");
  const tokens = (await context.cookies()).filter(({ value }) => /^ey[\w-]+\./.test(value));
  expect(tokens, "the API's token stays on the server").toEqual([]);
});

test("a test person signs in without an account", async ({ page }) => {
  await page.goto(SIGN_IN_URL);
  await page.getByRole("button", { name: "Continue with Test people" }).click();
  await page.getByRole("button", { name: /Grace Hopper/ }).click();
  await expect(page).toHaveTitle("Create Next App", { timeout: COMPILING });
  expect(await call(page, "/api/auth/session")).toMatchObject({ body: { user: { name: "Grace Hopper" } } });
  // The API has no account of hers, and so no token: nothing is made up.
  expect(await call(page, "/api/me")).toMatchObject({ status: 401, body: { error: "token_expired" } });
});
