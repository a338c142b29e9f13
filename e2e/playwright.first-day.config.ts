import { defineConfig } from "@playwright/test";
import { configure } from "./support/playwright.ts";
import { BASE_URL, CHROMIUM } from "./tests-first-day/environment.ts";

export default defineConfig(configure("tests-first-day", CHROMIUM, BASE_URL));
