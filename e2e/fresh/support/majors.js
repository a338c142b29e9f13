// The majors of Next.js, and which Express each one has beside it.

const EXPRESS_4 = { name: "express-4", express: "express@4.22.3" };
const EXPRESS_5 = { name: "express-5", express: "express@5.3.0" };
const BY_IMPORT = "server.mjs";
const BY_REQUIRE = "server.cjs";

/** The projects of APIs: every Express that the package is for. */
export const API_PROJECTS = [EXPRESS_4, EXPRESS_5];

/**
 * `flags`: beside those that all have; `middleware`: what this major calls the file; `apis`: what stands beside the
 * Crossgate in front of the app, and beside the one behind it. Each Express loads the package in both ways.
 */
export const MAJORS = [
  {
    name: "next-14",
    flags: ["--no-tailwind", "--no-eslint"],
    middleware: "middleware.ts",
    apis: { inFront: { project: EXPRESS_5, server: BY_REQUIRE }, behind: { project: EXPRESS_4, server: BY_IMPORT } },
  },
  {
    name: "next-15",
    flags: ["--no-tailwind", "--no-eslint", "--turbopack", "--skip-install", "--disable-git"],
    middleware: "middleware.ts",
    apis: { inFront: { project: EXPRESS_4, server: BY_REQUIRE }, behind: { project: EXPRESS_5, server: BY_IMPORT } },
  },
  {
    name: "next-16",
    flags: ["--no-tailwind", "--no-react-compiler", "--cache-components", "--no-agents-md", "--skip-install", "--disable-git"],
    middleware: "proxy.ts",
    apis: { inFront: { project: EXPRESS_5, server: BY_IMPORT }, behind: { project: EXPRESS_4, server: BY_REQUIRE } },
  },
];
