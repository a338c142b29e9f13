// What scripts in a page can never get hold of.
import type { Request } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { signInOnTheWayTo } from "../support/sessions.ts";

const JSON_WEB_TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;

test("no cookie can be read by a script, and no storage holds a token", async ({ adasPage, context }) => {
  await adasPage.goto("/dashboard");
  await expect(adasPage.getByTestId("user-name")).toBeVisible();
  expect(await adasPage.evaluate(() => document.cookie)).toBe("");
  const kept = await adasPage.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toMatch(JSON_WEB_TOKEN);
  const session = (await context.cookies()).find((cookie) => cookie.name === "crossgate");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(kept).not.toContain(session?.value);
  expect(await adasPage.content()).not.toContain(session?.value);
});

test("the session endpoint gives a name and an end, and nothing that opens doors", async ({ adasPage, ada }) => {
  await adasPage.goto("/about");
  const session = await adasPage.evaluate(async () => (await fetch("/api/auth/session")).json() as Promise<Record<string, unknown>>);
  expect(Object.keys(session).sort()).toEqual(["expires", "user"]);
  expect(session.user).toMatchObject({ name: ada.name, email: ada.email });
  expect(JSON.stringify(session)).not.toMatch(JSON_WEB_TOKEN);
  expect(JSON.stringify(session).toLowerCase()).not.toContain("token");
});

async function readAnswer(request: Request): Promise<{ url: string; text: string }> {
  const response = await request.response();
  // The browser forgets bodies of pages that it has left.
  const body = await response?.text().catch(() => "");
  return { url: request.url(), text: JSON.stringify(await response?.headersArray()) + body };
}

test("no answer of a whole visit carries a token of the API", async ({ page, ada }) => {
  const answers: Promise<{ url: string; text: string }>[] = [];
  // A stream of events never finishes and says nothing here; a redirect has no body.
  page.on("requestfinished", (request) => answers.push(readAnswer(request)));
  await signInOnTheWayTo(page, "/dashboard", ada);
  await expect(page.getByTestId("whoami")).toHaveText(ada.name);
  for (const link of ["Account", "Cart", "Feedback", "Shop"]) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
    await expect(page.getByTestId("user-name")).toBeVisible();
  }
  const seen = await Promise.all(answers);
  expect(seen.length).toBeGreaterThan(10);
  const leaks = seen.filter(({ text }) => JSON_WEB_TOKEN.test(text) || text.includes("refreshToken")).map(({ url }) => url);
  expect(leaks).toEqual([]);
});
