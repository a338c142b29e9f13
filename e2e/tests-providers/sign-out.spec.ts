// Signing out here, there, and from there.
import { type Page, expect, test } from "@playwright/test";
import { clientButton, expectClient, signInByClient } from "./support/clients.ts";
import { DIALECTS, GATEWAYS, provider } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { PRIVATE, SIGN_IN, expectNobody, expectProvider, expectSignedIn, providerButton, signInOnTheWayTo } from "./support/visits.ts";

const AUTH0 = provider("auth0").url;

async function agreeAtAuth0(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign out of Auth0?");
  await page.getByRole("button", { name: "Sign out of Auth0" }).click();
}

/** Signs out at Auth0 itself, as in an app of somebody else's. */
async function signOutAtAuth0(page: Page): Promise<void> {
  await page.goto(`${AUTH0}/session/end`);
  await agreeAtAuth0(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Signed out of Auth0");
}

for (const dialect of DIALECTS) {
  test.describe(dialect, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    test("signOut() goes by Auth0's page and comes back", async ({ page, context }) => {
      await signInByClient(page, dialect, "auth0", somebody());
      const leaving = page.waitForRequest((request) => request.url().startsWith(`${AUTH0}/session/end?`));
      await clientButton(page, "Sign out").click();
      const { searchParams } = new URL((await leaving).url());
      expect(searchParams.get("client_id")).toBe(`crossgate-${dialect}`);
      expect(searchParams.get("post_logout_redirect_uri")).toBe(`${GATEWAYS[dialect]}/api/auth/signedout`);
      await agreeAtAuth0(page);
      await expect(page).toHaveURL(`/${dialect}`);
      await expectClient(page, "unauthenticated");
      await expectNobody(context);
    });

    test("the session is gone before Auth0 is asked", async ({ page, context }) => {
      await signInByClient(page, dialect, "auth0", somebody());
      await clientButton(page, "Sign out").click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign out of Auth0?");
      await expectNobody(context);
    });

    test("the built-in page goes the same way, and Auth0 asks who one is the next time", async ({ page, context }) => {
      await signInOnTheWayTo(page, PRIVATE, "auth0", somebody());
      await page.goto("/api/auth/signout?callbackUrl=%2F");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await agreeAtAuth0(page);
      await expect(page).toHaveURL("/");
      await expectNobody(context);
      await page.goto(PRIVATE);
      await providerButton(page, "auth0").click();
      await expectProvider(page, "auth0");
    });

    test("signing out does not lead to a provider that has no page for it", async ({ page, context }) => {
      await signInOnTheWayTo(page, PRIVATE, "google", somebody());
      await page.goto("/api/auth/signout?callbackUrl=%2F");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await expect(page).toHaveURL("/");
      await expectNobody(context);
    });

    test("signing out at Auth0 ends the session here, and no other one", async ({ page, context, browser }) => {
      const ada = somebody();
      const elsewhere = await browser.newContext({ baseURL: GATEWAYS[dialect] });
      const elsewheresPage = await elsewhere.newPage();
      await signInOnTheWayTo(elsewheresPage, PRIVATE, "auth0", ada);
      await signInOnTheWayTo(page, PRIVATE, "auth0", ada);
      await signOutAtAuth0(await context.newPage());
      await expectNobody(context);
      await page.goto(PRIVATE);
      await expect(page).toHaveURL(SIGN_IN);
      await expectSignedIn(elsewhere, ada);
      await elsewhere.close();
    });

    test("a forged logout token ends nothing", async ({ page, context, request }) => {
      const ada = somebody();
      await signInOnTheWayTo(page, PRIVATE, "auth0", ada);
      for (const token of ["", "nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."]) {
        const response = await request.post("/api/auth/backchannel-logout/auth0", { form: { logout_token: token } });
        expect(response.status(), token).toBe(400);
        expect(await response.json(), token).toMatchObject({ error: "invalid_request" });
        expect(response.headers()["cache-control"], token).toContain("no-store");
      }
      await expectSignedIn(context, ada);
    });
  });
}
