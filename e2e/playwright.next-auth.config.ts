import { defineConfig } from "@playwright/test";
import { configure } from "./support/playwright.ts";
import { CHROMIUM, V4 } from "./tests-next-auth/support/environment.ts";

export default defineConfig(configure("tests-next-auth", CHROMIUM, V4.behind));
