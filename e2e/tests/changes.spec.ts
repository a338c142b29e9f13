// Requests that change something.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";

type Answer = { status: number; error: string | undefined };

/** A script of the page adds a mug to the cart. */
const addMug = (page: Page, headers: Record<string, string>): Promise<Answer> =>
  page.evaluate(async (extra) => {
    const response = await fetch("/api/cart", {
      method: "POST",
      headers: { "content-type": "application/json", ...extra },
      body: JSON.stringify({ productId: 7, quantity: 1 }),
    });
    const body = (await response.json()) as { error?: string };
    return { status: response.status, error: body.error };
  }, headers);

const csrfToken = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const response = await fetch("/api/auth/csrf");
    return ((await response.json()) as { csrfToken: string }).csrfToken;
  });

async function expectMugs(page: Page, count: number): Promise<void> {
  await page.goto("/account");
  await expect(page.getByTestId("cart-line").filter({ hasText: "Enamel mug" })).toHaveCount(count);
}

test("a change needs the CSRF token", async ({ adasPage }) => {
  await adasPage.goto("/about");
  expect(await addMug(adasPage, {})).toEqual({ status: 403, error: "csrf_missing" });
  expect(await addMug(adasPage, { "x-csrf-token": "0".repeat(64) })).toEqual({ status: 403, error: "csrf_invalid" });
  await expectMugs(adasPage, 0);
  const accepted = await addMug(adasPage, { "x-csrf-token": await csrfToken(adasPage) });
  expect(accepted.status).toBe(200);
  await expectMugs(adasPage, 1);
});

test("another site cannot send a form in this person's name", async ({ adasPage, baseURL }) => {
  await adasPage.goto("/about");
  const token = await csrfToken(adasPage);
  await adasPage.route("http://elsewhere.example/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${baseURL}/api/cart"><input name="productId" value="7">
        <input name="csrfToken" value="${token}"></form><script>document.forms[0].submit()</script>`,
    }),
  );
  const answer = adasPage.waitForResponse(`${baseURL}/api/cart`);
  await adasPage.goto("http://elsewhere.example/");
  expect([303, 401, 403]).toContain((await answer).status());
  await expectMugs(adasPage, 0);
});

test("another site cannot sign anybody out", async ({ adasPage, ada, baseURL }) => {
  await adasPage.route("http://elsewhere.example/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${baseURL}/api/auth/signout"></form><script>document.forms[0].submit()</script>`,
    }),
  );
  const answer = adasPage.waitForResponse(`${baseURL}/api/auth/signout`);
  await adasPage.goto("http://elsewhere.example/");
  await answer;
  await adasPage.goto("/dashboard");
  await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
});
