import { defineConfig } from "@playwright/test";
import { BASE_URL, CHROMIUM } from "./support/environment.ts";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // One shop serves all tests. A test that needs another try is a bug.
  workers: 1,
  retries: 0,
  forbidOnly: process.env.CI === "true",
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    baseURL: BASE_URL,
    locale: "en-GB",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
      // Going back has to work as it does for people.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    },
  },
});
