// Cases for a client: two tabs of one browser.
import { ADA, GRACE, PASSWORD } from "../people.js";

async function bothShow({ page, secondPage }, status) {
  const tabs = [await page(), await secondPage()];
  for (const tab of tabs) await tab.mount();
  for (const tab of tabs) await tab.shows(status);
  for (const tab of tabs) await tab.quiet();
  return tabs;
}

const signIn = (tab, email) =>
  tab.call("signIn", "credentials", { email, password: PASSWORD, redirect: false, callbackUrl: "/after" });

async function seenIn(tabs, status, email) {
  for (const tab of tabs) await tab.shows(status, email);
  for (const tab of tabs) await tab.quiet();
  return tabs.map(({ states }) => states.at(-1));
}

export const TABS = [
  {
    id: "I01",
    what: "somebody signs in; the other tab learns of it when it asks next",
    run: async (context) => {
      const tabs = await bothShow(context, "unauthenticated");
      await signIn(tabs[0], ADA);
      await tabs[0].call("getSession");
      return seenIn(tabs, "authenticated");
    },
  },
  {
    id: "I02",
    what: "somebody signs out; the other tab shows it",
    run: async (context) => {
      await context.browser.signIn(ADA, PASSWORD);
      const tabs = await bothShow(context, "authenticated");
      await tabs[0].call("signOut", { redirect: false });
      return seenIn(tabs, "unauthenticated");
    },
  },
  {
    id: "I03",
    what: "somebody else signs in over a session; the other tab shows them",
    run: async (context) => {
      await context.browser.signIn(ADA, PASSWORD);
      const tabs = await bothShow(context, "authenticated");
      await signIn(tabs[0], GRACE);
      await tabs[0].call("getSession");
      return seenIn(tabs, "authenticated", GRACE);
    },
  },
];
