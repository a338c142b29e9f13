// next-auth's own clients, as npm has them: signIn(), signOut(), useSession(), getSession().
import { expect, test } from "@playwright/test";
import { clientButton, expectClient, openClient, sessionOfClient, signInByClient } from "./support/clients.ts";
import { DIALECTS, GATEWAYS, PROVIDERS, provider } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { answerProvider, cancelAtProvider, expectNobody, expectProvider, expectSignedIn, parametersAt } from "./support/visits.ts";

const OPEN_ID_PROVIDERS = ["google", "auth0", "entra"] as const;

for (const dialect of DIALECTS) {
  test.describe(`next-auth ${dialect}`, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    for (const { id, name } of PROVIDERS) {
      test(`signIn("${id}") leads to ${name} and back to where it was called`, async ({ page }) => {
        const ada = somebody();
        await signInByClient(page, dialect, id, ada);
        expect((await sessionOfClient(page)).user).toMatchObject({ name: ada.name, email: ada.email });
      });
    }

    test("signIn() with a callbackUrl leads there", async ({ page, context }) => {
      const ada = somebody();
      await openClient(page, dialect, "unauthenticated");
      await clientButton(page, "Open private with github").click();
      await answerProvider(page, "github", ada);
      await expect(page).toHaveURL("/private?from=client&note=a%26b");
      await expectSignedIn(context, ada);
    });

    test("getSession() says the same as useSession()", async ({ page }) => {
      await signInByClient(page, dialect, "google", somebody());
      const session = await sessionOfClient(page);
      await clientButton(page, "Get session").click();
      const result = JSON.parse(await page.getByTestId("result").innerText()) as { session: { user: unknown } };
      expect(result.session.user).toEqual(session.user);
    });

    test("whoever cancels can call signIn() again", async ({ page, context }) => {
      await openClient(page, dialect, "unauthenticated");
      await clientButton(page, "Sign in with auth0").click();
      await cancelAtProvider(page, "auth0");
      await expect(page.getByRole("main")).toContainText("The sign-in was cancelled.");
      await expectNobody(context);
      await signInByClient(page, dialect, "auth0", somebody());
    });

    for (const id of OPEN_ID_PROVIDERS) {
      test(`the third argument of signIn("${id}") may give a hint, and no more`, async ({ page }) => {
        await openClient(page, dialect, "unauthenticated");
        await clientButton(page, `Sign in with ${id} as Grace`).click();
        const parameters = await parametersAt(page, id);
        expect(parameters.login_hint).toBe("grace");
        await expect(page.getByLabel("Name")).toHaveValue("grace");
        expect(parameters.scope).not.toContain("everything");
        expect(parameters.state).not.toBe("chosen-by-the-page");
        expect(parameters.redirect_uri).toBe(`${GATEWAYS[dialect]}/api/auth/callback/${id}`);
      });
    }

    test("signOut() ends the session", async ({ page, context }) => {
      await signInByClient(page, dialect, "google", somebody());
      await clientButton(page, "Sign out").click();
      await expectClient(page, "unauthenticated");
      await expect(page).toHaveURL(`/${dialect}`);
      await expectNobody(context);
    });
  });
}

test.describe("signIn() with redirect: false", () => {
  test("next-auth 4 goes to the provider all the same", async ({ page }) => {
    await openClient(page, "v4", "unauthenticated");
    await clientButton(page, "Ask google without leaving").click();
    await expectProvider(page, "google");
  });

  test.describe("Auth.js", () => {
    test.use({ baseURL: GATEWAYS.v5 });

    test("gives the address and stays", async ({ page }) => {
      const ada = somebody();
      await openClient(page, "v5", "unauthenticated");
      await clientButton(page, "Ask google without leaving").click();
      const result = JSON.parse(await page.getByTestId("result").innerText()) as { ok: boolean; url: string };
      expect(result.ok).toBe(true);
      expect(new URL(result.url).origin).toBe(provider("google").url);
      await expect(page).toHaveURL("/v5");
      await page.goto(result.url);
      await answerProvider(page, "google", ada);
      await expect(page).toHaveURL("/v5");
      expect((await sessionOfClient(page)).user).toMatchObject({ email: ada.email });
    });
  });
});
