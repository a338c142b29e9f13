// `cargo xtask test --only first-day` walks the guide to the point where somebody signs in, and sets these.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only first-day\``);
  return value;
}

/** The address that `crossgate dev` said to open. */
export const BASE_URL = required("BASE_URL");

/** The address where it said that people sign in. */
export const SIGN_IN_URL = required("SIGN_IN_URL");

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");
