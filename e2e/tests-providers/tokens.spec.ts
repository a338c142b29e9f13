// Where tokens go, and where they never do.
import { type Page, type Request, expect, test } from "@playwright/test";
import { clientButton, expectClient, signInByClient } from "./support/clients.ts";
import { API_URL, DIALECTS, GATEWAYS, PROVIDERS, provider } from "./support/environment.ts";
import { somebody } from "./support/people.ts";
import { PRIVATE, callApi, signInOnTheWayTo } from "./support/visits.ts";

/** A JWT, a token of GitHub's, a token of the API's. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|gho_[0-9a-f]{10,}|api-token-[0-9a-f]{10,}/;

type Asked = { identity: Record<string, unknown>; claims: Record<string, unknown> };

/** What the API's hook was asked about somebody at a provider. */
async function askedAbout(name: string): Promise<Asked[]> {
  const asked = (await (await fetch(`${API_URL}/test/asked`)).json()) as Asked[];
  return asked.filter(({ identity }) => identity.name === name);
}

/** Everything that answers of our own said, in headers and bodies. */
async function readAnswer(request: Request): Promise<{ url: string; text: string }> {
  const response = await request.response();
  // The browser forgets bodies of pages that it has left.
  const body = await response?.text().catch(() => "");
  return { url: request.url(), text: JSON.stringify(await response?.headersArray()) + body };
}

/** All that a script on the page could get at. */
const withinReach = (page: Page) =>
  page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]));

for (const dialect of DIALECTS) {
  test.describe(dialect, () => {
    test.use({ baseURL: GATEWAYS[dialect] });

    test("the API that trusts Auth0 receives Auth0's token for it", async ({ page }) => {
      const ada = somebody();
      await signInOnTheWayTo(page, PRIVATE, "auth0", ada);
      const { status, body } = await callApi(page, "/orders");
      expect(status).toBe(200);
      expect(body).toMatchObject({ subject: ada.login, audience: "https://orders.shop.example" });
    });

    test("tokens that end are renewed, and nobody notices", async ({ page }) => {
      await signInOnTheWayTo(page, PRIVATE, "auth0", somebody("brief"));
      const tokens = new Set<unknown>();
      // Two seconds is all the life that these tokens have.
      await expect
        .poll(async () => {
          const answers = await Promise.all(Array.from({ length: 8 }, () => callApi(page, "/orders")));
          expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
          answers.forEach(({ body }) => tokens.add(body.token));
          return tokens.size;
        })
        .toBeGreaterThanOrEqual(4);
    });

    test("whoever came from elsewhere has no token of Auth0", async ({ page }) => {
      await signInOnTheWayTo(page, PRIVATE, "google", somebody());
      expect((await callApi(page, "/orders")).status).toBeGreaterThanOrEqual(400);
    });

    test("the hook hears from the gateway who somebody is, and nobody else can call it", async ({ page, context }) => {
      for (const { id } of PROVIDERS) {
        const ada = somebody();
        await context.clearCookies();
        await signInOnTheWayTo(page, PRIVATE, id, ada);
        const [asked, ...more] = await askedAbout(ada.name);
        expect(more, id).toEqual([]);
        expect(asked?.identity, id).toMatchObject({ provider: id, name: ada.name, email: ada.email });
        expect(asked?.identity.issuer, id).toContain(provider(id).url);
        // Entra ID does not say whether the address is verified, so nobody may take it for that.
        expect(asked?.identity.email_verified === true, id).toBe(id !== "entra");
        expect(asked?.claims, id).toMatchObject({ iss: GATEWAYS[dialect], provider: id, email: ada.email });
      }
      const answer = await page.evaluate(async () => {
        const { csrfToken } = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
        const headers = { "content-type": "application/json", "x-csrf-token": csrfToken };
        return (await fetch("/api/accounts/from-provider", { method: "POST", headers, body: "{}" })).status;
      });
      expect([403, 404]).toContain(answer);
    });

    test("no token is within a page's reach, and none stands in an address but the hint for signing out", async ({ page }) => {
      const answers: Promise<{ url: string; text: string }>[] = [];
      const addresses: string[] = [];
      page.on("request", (request) => addresses.push(request.url()));
      page.on("requestfinished", (request) => {
        if (request.url().startsWith(GATEWAYS[dialect])) answers.push(readAnswer(request));
      });
      for (const { id } of PROVIDERS) {
        await signInByClient(page, dialect, id, somebody());
        expect(await withinReach(page), id).not.toMatch(TOKEN);
        await callApi(page, "/api/me");
        await page.goto(PRIVATE);
        expect(await withinReach(page), id).not.toMatch(TOKEN);
        await page.goto(`/${dialect}`);
        await expectClient(page, "authenticated");
        await clientButton(page, "Sign out").click();
        if (id === "auth0") await page.getByRole("button", { name: "Sign out of Auth0" }).click();
        await expectClient(page, "unauthenticated");
      }
      const withoutHint = addresses.map((address) => {
        const url = new URL(address);
        if (url.origin === provider("auth0").url && url.pathname === "/session/end") url.searchParams.delete("id_token_hint");
        return url.href;
      });
      expect(withoutHint.filter((address) => TOKEN.test(address))).toEqual([]);
      expect((await Promise.all(answers)).filter(({ url, text }) => TOKEN.test(text) && !isSignOut(url)).map(({ url }) => url)).toEqual([]);
    });

    test("the app sees who is there, and no cookie of ours", async ({ page }) => {
      await signInOnTheWayTo(page, PRIVATE, "google", somebody());
      const headers = JSON.parse(await page.getByTestId("headers").innerText()) as Record<string, string>;
      expect(headers.authorization).toBe("Bearer …");
      expect(headers.cookie ?? "").not.toContain("crossgate");
    });
  });
}

/** Its answer is the address with the hint. */
const isSignOut = (url: string) => new URL(url).pathname === "/api/auth/signout";
