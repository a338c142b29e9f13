// The page that lists one's own sessions.
import { expect, test } from "../support/fixtures.ts";
import { expectSignIn, signIn } from "../support/sessions.ts";

test.beforeEach(async ({ adasPage }) => {
  await adasPage.goto("/about");
});

test("one browser ends the session of another", async ({ adasPage, ada, newBrowser }) => {
  const other = await newBrowser();
  await signIn(other, ada);
  const othersPage = await other.newPage();
  await othersPage.goto("/dashboard");
  await adasPage.goto("/dashboard/settings");
  const sessions = adasPage.getByTestId("session");
  await expect(sessions).toHaveCount(2);
  await sessions.and(adasPage.locator("[data-current=false]")).getByRole("button", { name: "Revoke" }).click();
  await expect(sessions).toHaveCount(1);
  await expect(sessions).toContainText("this browser");
  await othersPage.goto("/account");
  await expectSignIn(othersPage, "/account");
  await adasPage.goto("/account");
  await expect(adasPage.getByTestId("whoami")).toHaveText(ada.name);
});

test("signing out everywhere ends the other browser's session, too", async ({ adasPage, ada, newBrowser }) => {
  const other = await newBrowser();
  await signIn(other, ada);
  const othersPage = await other.newPage();
  await othersPage.goto("/dashboard");
  await adasPage.goto("/dashboard/settings");
  await adasPage.getByTestId("sign-out-everywhere").click();
  await expect(adasPage).toHaveURL("/");
  await expect(adasPage.getByTestId("sign-in")).toBeVisible();
  await othersPage.reload();
  await expectSignIn(othersPage, "/dashboard");
});

test("nobody sees or ends anybody else's sessions", async ({ adasPage, ada, grace, newBrowser }) => {
  const other = await newBrowser();
  await signIn(other, grace);
  const gracesPage = await other.newPage();
  await gracesPage.goto("/dashboard/settings");
  await expect(gracesPage.getByTestId("session")).toHaveCount(1);
  const status = await adasPage.evaluate(
    async (id) => {
      const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
      const headers = { "x-csrf-token": csrfToken };
      return (await fetch(`/api/auth/sessions/${id}`, { method: "DELETE", headers })).status;
    },
    (await gracesPage.getByRole("button", { name: "Sign out", exact: true }).last().getAttribute("data-testid"))?.replace("revoke-", "") ?? "",
  );
  expect(status).toBe(404);
  await gracesPage.reload();
  await expect(gracesPage.getByTestId("session")).toHaveCount(1);
  await adasPage.goto("/dashboard/settings");
  await expect(adasPage.getByTestId("session")).toHaveCount(1);
  await expect(adasPage.getByTestId("user-name")).toHaveText(ada.name);
});
