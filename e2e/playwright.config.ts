import { defineConfig } from "@playwright/test";
import { BASE_URL, CHROMIUM } from "./support/environment.ts";
import { configure } from "./support/playwright.ts";

export default defineConfig(configure("tests", CHROMIUM, BASE_URL));
