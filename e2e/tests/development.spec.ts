// `next dev` behind the gateway: hot reload works through it.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DEV_APP_FOLDER, DEV_BASE_URL } from "../support/environment.ts";
import { expect, test } from "../support/fixtures.ts";
import { fillSignIn } from "../support/sessions.ts";

const ABOUT_PAGE = path.join(DEV_APP_FOLDER, "app/about/page.tsx");
const HEADING = /<h1>[^<]*<\/h1>/;

test.use({ baseURL: DEV_BASE_URL });
// Each page is compiled when it is opened first.
test.describe.configure({ timeout: 180_000 });

const COMPILED = { timeout: 90_000 };

test("a changed source shows up in the open page without a reload", async ({ page }) => {
  const connected = page.waitForEvent("websocket", { predicate: (socket) => socket.url().includes("hmr"), ...COMPILED });
  await page.goto("/about", COMPILED);
  const socket = await connected;
  expect(new URL(socket.url()).host).toBe(new URL(DEV_BASE_URL).host);
  await socket.waitForEvent("framereceived", COMPILED);
  // Scripts have taken over once the header knows that nobody is signed in.
  await expect(page.getByTestId("sign-in")).toBeVisible(COMPILED);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const heading = `About the shop at ${Date.now()}`;
  await writeFile(ABOUT_PAGE, (await readFile(ABOUT_PAGE, "utf8")).replace(HEADING, `<h1>${heading}</h1>`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading, COMPILED);
  expect(await page.evaluate(() => "sameDocument" in window), "the page was not loaded again").toBe(true);
  expect(socket.isClosed()).toBe(false);
});

test("signing in works the same", async ({ page, ada }) => {
  await page.goto("/dashboard?tab=placed", COMPILED);
  await expect(page).toHaveURL(/\/api\/auth\/signin\?/);
  await fillSignIn(page, ada);
  await expect(page).toHaveURL("/dashboard?tab=placed", COMPILED);
  await expect(page.getByTestId("whoami")).toHaveText(ada.name, COMPILED);
});
