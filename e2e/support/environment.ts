// `cargo xtask test` starts everything and sets these; see the README.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the browser tests with \`cargo xtask test --only browser\``);
  return value;
}

/** The shop behind Crossgate. */
export const BASE_URL = required("BASE_URL");

/** The API itself, behind the gateway's back: tests prepare data there. */
export const API_URL = required("API_URL");

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");

/** The app under `next dev`, behind a gateway of its own, and the folder with the sources that it watches. */
export const DEV_BASE_URL = required("DEV_BASE_URL");
export const DEV_APP_FOLDER = required("DEV_APP_FOLDER");
