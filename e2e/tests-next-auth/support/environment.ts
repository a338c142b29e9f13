// `cargo xtask test --only next-auth-apps` starts everything and sets these; see the README.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only next-auth-apps\``);
  return value;
}

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");

/** The addresses of an app: behind Crossgate, by itself, and behind a Crossgate that people leave. */
export type Example = { readonly behind: string; readonly alone: string; readonly leaving: string };

export const V4: Example = { behind: required("V4_URL"), alone: required("V4_ALONE_URL"), leaving: required("V4_LEAVING_URL") };
export const V5: Example = { behind: required("V5_URL"), alone: required("V5_ALONE_URL"), leaving: required("V5_LEAVING_URL") };
