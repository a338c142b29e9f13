// `npm test` in `fresh` starts everything and sets these; see the README.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only fresh\``);
  return value;
}

/** Where the app stands towards Crossgate. */
export const POSITIONS = ["behindCrossgate", "inFrontOfCrossgate"] as const;
export type Position = (typeof POSITIONS)[number];

/** What runs for one major of Next.js. */
export interface Site {
  /** Where browsers find the app. */
  readonly addresses: Record<Position, string>;
  /** Which Express the API there has, and how that loads the package. */
  readonly apis: Record<Position, string>;
  /** The folder of the app. */
  readonly folder: string;
}

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");

/** By the name of the major. */
export const SITES = JSON.parse(required("FRESH_SITES")) as Record<string, Site>;
