import { defineConfig } from "@playwright/test";
import { configure } from "./support/playwright.ts";
import { CHROMIUM, type Site, SITES } from "./tests-fresh/support/environment.ts";

/** The same tests for each major of Next.js. */
export default defineConfig<{ site: Site }>({
  ...configure("tests-fresh", CHROMIUM),
  projects: Object.entries(SITES).map(([name, site]) => ({ name, use: { site, baseURL: site.addresses.behindCrossgate } })),
});
