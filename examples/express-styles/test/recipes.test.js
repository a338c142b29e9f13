// The recipes of the guide are the configurations that are tested here.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { siteLines } from "./support/configuration.js";
import { nameOf, styles } from "./styles.js";

const GUIDE = new URL("../../../docs/guide/express-recipes.md", import.meta.url);

/** What the guide shows of a configuration. */
function recipeOf(style) {
  const { own } = siteLines(style);
  return own.join("\n").trim().replace(/\$\{API_URL:-(.*)\}/, "$1");
}

const guide = fs.readFileSync(GUIDE, "utf8");
for (const style of styles) {
  test(`the guide shows ${nameOf(style)} as it is`, () => {
    assert.ok(guide.includes(`\`\`\`toml\n${recipeOf(style)}\n\`\`\``), recipeOf(style));
  });
}
