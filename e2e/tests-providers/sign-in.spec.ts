// Signing in by the buttons of the built-in page.
import { type Page, expect, test } from "@playwright/test";
import { DIALECTS, GATEWAYS, PROVIDERS, provider } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import {
  PRIVATE, SIGN_IN, answerProvider, callApi, cancelAtProvider, expectNobody, expectProvider, expectSignedIn, parametersAt,
  providerButton, sessionOf, signInOnTheWayTo,
} from "./support/visits.ts";

/** Lets somebody finish at GitHub, and keeps the way back from their own browser. */
async function interceptAnswer(page: Page): Promise<string> {
  const authorize = `${provider("github").url}/login/oauth/authorize`;
  const answered = page.waitForResponse(authorize);
  await page.route(authorize, async (route) => {
    const { location = "" } = (await route.fetch({ maxRedirects: 0 })).headers();
    await route.fulfill({ status: 200, headers: { "x-location": location } });
  });
  await page.getByLabel("Name").fill(somebody("mallory").login);
  await page.getByRole("button", { name: "Authorize" }).click();
  return (await (await answered).headerValue("x-location")) ?? "";
}

for (const dialect of DIALECTS) {
  test.describe(dialect, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    for (const { id, name } of PROVIDERS) {
      test(`the button for ${name} leads there, and back to the exact page`, async ({ page, context }) => {
        const ada = somebody();
        await signInOnTheWayTo(page, PRIVATE, id, ada);
        await expect(page.getByTestId("query")).toHaveText(new URL(PRIVATE, GATEWAYS[dialect]).search);
        const session = await sessionOf(context);
        expect(Object.keys(session).sort()).toEqual(["expires", "user"]);
        expect(session.user).toMatchObject({ name: ada.name, email: ada.email });
        expect(Date.parse(session.expires ?? "")).toBeGreaterThan(Date.now());
        expect(JSON.stringify(session).toLowerCase()).not.toContain("token");
      });

      test(`whoever cancels at ${name} is told so, and can sign in afterwards`, async ({ page, context }) => {
        const ada = somebody();
        await page.goto(PRIVATE);
        await providerButton(page, id).click();
        await cancelAtProvider(page, id);
        await expect(page.getByRole("main")).toContainText("The sign-in was cancelled.");
        expect(new URL(page.url()).origin).toBe(GATEWAYS[dialect]);
        await expectNobody(context);
        await signInOnTheWayTo(page, PRIVATE, id, ada);
        await expectSignedIn(context, ada);
      });
    }

    test("requests carry what protects them, and ask for what the configuration says", async ({ page }) => {
      for (const { id } of PROVIDERS) {
        await page.goto(PRIVATE);
        await providerButton(page, id).click();
        const parameters = await parametersAt(page, id);
        expect(parameters, id).toMatchObject({ client_id: `crossgate-${dialect}`, response_type: "code", code_challenge_method: "S256" });
        expect(parameters.redirect_uri, id).toBe(`${GATEWAYS[dialect]}/api/auth/callback/${id}`);
        expect(parameters.code_challenge, id).toMatch(/^[\w-]{43}$/);
        expect(parameters.state?.length, id).toBeGreaterThanOrEqual(43);
        if (id !== "github") expect(parameters.nonce?.length, id).toBeGreaterThanOrEqual(43);
      }
    });

    test("what is pushed does not stand in the address", async ({ page }) => {
      const addresses: string[] = [];
      page.on("request", (request) => addresses.push(request.url()));
      await page.goto(PRIVATE);
      await providerButton(page, "entra").click();
      await expectProvider(page, "entra");
      const authorization = addresses.map((address) => new URL(address)).find(({ searchParams }) => searchParams.has("request_uri"));
      expect([...(authorization?.searchParams.keys() ?? [])].sort()).toEqual(["client_id", "request_uri"]);
    });

    test("two tabs begin two sign-ins, and both succeed", async ({ page, context }) => {
      const ada = somebody();
      const other = await context.newPage();
      await page.goto("/private?tab=1");
      await other.goto("/private?tab=2");
      await providerButton(page, "google").click();
      await expectProvider(page, "google");
      await providerButton(other, "github").click();
      await answerProvider(other, "github", ada);
      await expect(other).toHaveURL("/private?tab=2");
      await answerProvider(page, "google", ada);
      await expect(page).toHaveURL("/private?tab=1");
      await expectSignedIn(context, ada);
    });

    test("abandoned sign-ins leave little behind and nobody in the way", async ({ page, context }) => {
      const ada = somebody();
      for (let round = 0; round < 7; round += 1) {
        await page.goto(PRIVATE);
        await providerButton(page, "google").click();
        await expectProvider(page, "google");
      }
      const left = (await context.cookies(GATEWAYS[dialect])).filter(({ name }) => name.includes("signin-"));
      expect(left.length).toBeGreaterThan(0);
      expect(left.length).toBeLessThanOrEqual(5);
      for (const cookie of left) expect(cookie).toMatchObject({ httpOnly: true, path: "/" });
      await signInOnTheWayTo(page, PRIVATE, "google", ada);
      await expectSignedIn(context, ada);
    });

    test("an answer works once", async ({ page, context }) => {
      const answers: string[] = [];
      page.on("request", (request) => {
        if (request.url().startsWith(`${GATEWAYS[dialect]}/api/auth/callback/google`)) answers.push(request.url());
      });
      await signInOnTheWayTo(page, PRIVATE, "google", somebody());
      await context.clearCookies({ name: "crossgate" });
      await page.goto(answers[0] ?? "");
      await expect(page.getByRole("main")).toContainText("was not started in this browser, or was finished already");
      await expectNobody(context);
    });

    test("somebody else's answer signs nobody in", async ({ page, browser }) => {
      await page.goto(PRIVATE);
      await providerButton(page, "github").click();
      await expectProvider(page, "github");
      const answer = await interceptAnswer(page);
      const victim = await browser.newContext({ baseURL: GATEWAYS[dialect] });
      const victimsPage = await victim.newPage();
      await victimsPage.goto(answer);
      await expect(victimsPage.getByRole("main")).toContainText("was not started in this browser");
      await expectNobody(victim);
      await victim.close();
    });

    test("the API knows people by the account that its hook gave them", async ({ page }) => {
      const ada = somebody();
      await signInOnTheWayTo(page, PRIVATE, "github", ada);
      const { status, body } = await callApi(page, "/api/me");
      expect(status).toBe(200);
      expect(body).toMatchObject({ name: ada.name, email: ada.email });
    });

    test("the API's own words are shown to those whom it refuses", async ({ page, context }) => {
      await page.goto(PRIVATE);
      await providerButton(page, "google").click();
      await answerProvider(page, "google", somebody("refused"));
      await expect(page.getByRole("main")).toContainText("Your account is closed. Write to support@shop.example.");
      await expectNobody(context);
    });

    test("without JavaScript everything works as well", async ({ browser }) => {
      const context = await browser.newContext({ baseURL: GATEWAYS[dialect], javaScriptEnabled: false });
      const page = await context.newPage();
      const ada = somebody();
      await signInOnTheWayTo(page, PRIVATE, "google", ada);
      await expectSignedIn(context, ada);
      await context.close();
    });

    test("the sign-in page has a button for each provider", async ({ page }) => {
      await page.goto(PRIVATE);
      await expect(page).toHaveURL(SIGN_IN);
      await expect(page.getByRole("button", { name: /^Continue with / })).toHaveText(PROVIDERS.map(({ name }) => `Continue with ${name}`));
    });
  });
}
