// The pages with next-auth's own client.
import { type Page, expect } from "@playwright/test";
import type { Dialect, ProviderId } from "./environment.ts";
import type { Person } from "./people.ts";
import { answerProvider } from "./visits.ts";

export const clientButton = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Opens the page and waits until the client has asked who is there. */
export async function openClient(page: Page, dialect: Dialect, status: "authenticated" | "unauthenticated"): Promise<void> {
  await page.goto(`/${dialect}`);
  await expectClient(page, status);
}

export async function expectClient(page: Page, status: "authenticated" | "unauthenticated"): Promise<void> {
  await expect(page.getByTestId("status")).toHaveText(status);
}

/** What `useSession()` has, once it has asked. */
export async function sessionOfClient(page: Page): Promise<{ user?: Record<string, unknown> }> {
  await expect(page.getByTestId("status")).toHaveText(/^(un)?authenticated$/);
  return JSON.parse(await page.getByTestId("session").innerText()) as { user?: Record<string, unknown> };
}

/** Signs in by the client, and comes back to its page. */
export async function signInByClient(page: Page, dialect: Dialect, id: ProviderId, person: Person): Promise<void> {
  await openClient(page, dialect, "unauthenticated");
  await clientButton(page, `Sign in with ${id}`).click();
  await answerProvider(page, id, person);
  await expect(page).toHaveURL(`/${dialect}`);
  await expectClient(page, "authenticated");
}
