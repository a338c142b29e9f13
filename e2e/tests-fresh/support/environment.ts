// `npm test` in `fresh` starts everything and sets these; see the README.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only fresh\``);
  return value;
}

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");

/** Where the app of each major of Next.js is, behind Crossgate. */
export const SITES = JSON.parse(required("FRESH_SITES")) as Record<string, string>;
