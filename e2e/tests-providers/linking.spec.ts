// A second way to sign in for somebody who is signed in.
import { expect, test } from "@playwright/test";
import { clientButton, expectClient, openClient, sessionOfClient, signInByClient } from "./support/clients.ts";
import { DIALECTS, GATEWAYS } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { answerProvider, callApi, cancelAtProvider, expectSignedIn } from "./support/visits.ts";

for (const dialect of DIALECTS) {
  test.describe(dialect, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    test("a second account is linked, and leads to the same person afterwards", async ({ page }) => {
      const [ada, adaAtGoogle] = [somebody(), somebody("countess")];
      await signInByClient(page, dialect, "github", ada);
      const before = await callApi(page, "/api/me");
      await clientButton(page, "Link google").click();
      await answerProvider(page, "google", adaAtGoogle);
      await expect(page).toHaveURL(`/${dialect}`);
      await expectClient(page, "authenticated");
      expect((await sessionOfClient(page)).user).toMatchObject({ name: ada.name });
      const linked = await callApi(page, "/api/me");
      expect(linked.body.id).toBe(before.body.id);
      expect(linked.body.identities).toEqual([expect.stringMatching(/^github /), `google ${adaAtGoogle.login}`]);
      await clientButton(page, "Sign out").click();
      await expectClient(page, "unauthenticated");
      await signInByClient(page, dialect, "google", adaAtGoogle);
      expect((await callApi(page, "/api/me")).body.id).toBe(before.body.id);
    });

    test("an account that belongs to somebody else is not linked", async ({ page, context, browser }) => {
      const [ada, grace] = [somebody(), somebody("grace")];
      const elsewhere = await browser.newContext({ baseURL: GATEWAYS[dialect] });
      await signInByClient(await elsewhere.newPage(), dialect, "google", grace);
      await elsewhere.close();
      await signInByClient(page, dialect, "github", ada);
      await clientButton(page, "Link google").click();
      await answerProvider(page, "google", grace);
      await expect(page.getByRole("main")).toContainText(/belongs to another account already|could not be linked/);
      await expectSignedIn(context, ada);
    });

    test("whoever changes their mind while linking stays signed in", async ({ page, context }) => {
      const ada = somebody();
      await signInByClient(page, dialect, "github", ada);
      await clientButton(page, "Link google").click();
      await cancelAtProvider(page, "google");
      await expect(page.getByRole("main")).toContainText("cancelled");
      await expectSignedIn(context, ada);
      await openClient(page, dialect, "authenticated");
      expect((await callApi(page, "/api/me")).body.identities).toHaveLength(1);
    });

    test("nobody links an account without being signed in", async ({ context }) => {
      const { csrfToken } = (await (await context.request.get("/api/auth/csrf")).json()) as { csrfToken: string };
      const headers = { origin: GATEWAYS[dialect], "x-auth-return-redirect": "1" };
      const form = { csrfToken, callbackUrl: "/", json: "true" };
      const response = await context.request.post("/api/auth/link/google", { form, headers, maxRedirects: 0 });
      expect(response.status()).toBe(401);
    });
  });
}
