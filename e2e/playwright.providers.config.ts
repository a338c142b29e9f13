import { defineConfig } from "@playwright/test";
import { configure } from "./support/playwright.ts";
import { CHROMIUM, GATEWAYS } from "./tests-providers/support/environment.ts";

export default defineConfig(configure("tests-providers", CHROMIUM, GATEWAYS.v4));
