// What all sets of tests tell Playwright.
import type { PlaywrightTestConfig } from "@playwright/test";

/** For tests that share what they are tried against. A test that needs another try is a bug. */
export function configure(testDir: string, chromium: string, baseURL?: string): PlaywrightTestConfig {
  return {
    testDir,
    outputDir: "test-results",
    workers: 1,
    retries: 0,
    forbidOnly: process.env.CI === "true",
    timeout: 45_000,
    expect: { timeout: 10_000 },
    reporter: "list",
    use: {
      ...(baseURL && { baseURL }),
      locale: "en-GB",
      screenshot: "only-on-failure",
      trace: "retain-on-failure",
      launchOptions: {
        executablePath: chromium,
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
  };
}
