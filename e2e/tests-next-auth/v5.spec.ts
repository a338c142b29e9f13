// An app with next-auth 5 behind Crossgate: its code is what it was.
import { expect, test } from "@playwright/test";
import { V5 } from "./support/environment.ts";
import { ADA, expectNothingLeaked, expectSignedIn, expectStaffOnly, expectStranger, fillSignIn, GRACE, press, rename, signIn } from "./support/people.ts";

const SITE = V5.behind;

test("signIn() in a Server Action begins a session of Crossgate", async ({ page, context }) => {
  await page.goto(`${SITE}/login`);
  await fillSignIn(page, { ...ADA, password: "wrong" });
  await expect(page.getByRole("alert").first()).toHaveText("Wrong e-mail or password.");
  await signIn(page, SITE, ADA);
  await expectNothingLeaked(context, SITE);
  expect((await context.cookies()).map(({ name }) => name)).toContain("crossgate");
});

test("auth() in a page and in the proxy", async ({ page }) => {
  await page.goto(`${SITE}/orders`);
  await expect(page).toHaveURL(/\/login\?/);
  await signIn(page, SITE, ADA);
  await page.goto(`${SITE}/orders`);
  await expect(page.getByRole("heading")).toHaveText("Orders of Ada Lovelace");
});

test("authorized() in the proxy tells people apart", async ({ page, browser }) => {
  await signIn(page, SITE, ADA);
  const graces = await browser.newPage();
  await signIn(graces, SITE, GRACE);
  await expectStaffOnly(SITE, { staff: page, other: graces });
  await graces.close();
});

test("auth() in a route handler", async ({ page }) => {
  expect((await page.request.get(`${SITE}/api/whoami`)).status()).toBe(401);
  await signIn(page, SITE, ADA);
  const answer = await page.request.get(`${SITE}/api/whoami`);
  expect(await answer.json()).toMatchObject({ user: { id: "1", name: ADA.name, email: ADA.email } });
});

test("a Server Action that needs a session", async ({ page, context }) => {
  const say = async (text: string) => {
    await page.getByLabel("Note").fill(text);
    await press(page, "Add");
  };
  await page.goto(`${SITE}/notes`);
  await say("first");
  await expect(page.getByTestId("said")).toHaveText("Please sign in.");
  await signIn(page, SITE, ADA);
  await page.goto(`${SITE}/notes`);
  await say("second");
  await expect(page.getByTestId("said")).toHaveText("Ada Lovelace wrote: second");
  await context.clearCookies();
  await say("third");
  await expect(page.getByTestId("said"), "the page was rendered for somebody; the action was not").toHaveText("Please sign in.");
});

test("update() changes what the browser and the server see", async ({ page }) => {
  await signIn(page, SITE, GRACE);
  await rename(page, SITE, "Rear Admiral Hopper");
  await page.goto(`${SITE}/orders`);
  await expect(page.getByRole("heading")).toHaveText("Orders of Rear Admiral Hopper");
});

test("signing out in one tab is seen in the other, and on the server", async ({ page, context }) => {
  await signIn(page, SITE, ADA);
  const other = await context.newPage();
  await other.goto(SITE);
  await expectSignedIn(other, ADA);
  await press(page, "Sign out");
  await expectStranger(page);
  await expectStranger(other);
  await other.goto(`${SITE}/orders`);
  await expect(other).toHaveURL(/\/login/);
});

test("signOut() in a Server Action ends the session of Crossgate: a copy of its cookie is worth nothing", async ({ page, browser }) => {
  await signIn(page, SITE, ADA);
  const copy = await browser.newContext({ storageState: await page.context().storageState() });
  await press(page, "Sign out on the server");
  // What is under way when a session ends breaks off.
  const whoami = () => page.request.get(`${SITE}/api/whoami`).then((answer) => answer.status(), () => "broken off");
  await expect.poll(whoami).toBe(401);
  // Nor does the SessionProvider hear of this.
  await page.reload();
  await expectStranger(page);
  const thief = await copy.newPage();
  await thief.goto(SITE);
  await expectStranger(thief);
  await copy.close();
});

test("useSession({ required: true }) leads to the sign-in page", async ({ page }) => {
  await page.goto(`${SITE}/drafts`);
  await expect(page).toHaveURL(/\/login\?/);
  await signIn(page, SITE, ADA);
  await page.goto(`${SITE}/drafts`);
  await expect(page.getByRole("heading")).toHaveText("Drafts of Ada Lovelace");
});
