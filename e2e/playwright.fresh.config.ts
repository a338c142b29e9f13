import { defineConfig } from "@playwright/test";
import { configure } from "./support/playwright.ts";
import { CHROMIUM, SITES } from "./tests-fresh/support/environment.ts";

/** The same tests for each major of Next.js. */
export default defineConfig({
  ...configure("tests-fresh", CHROMIUM),
  projects: Object.entries(SITES).map(([name, baseURL]) => ({ name, use: { baseURL } })),
});
