// One app, built in two ways: as it is, and below a base path with locales and trailing slashes.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const PREFIXED = {
  basePath: "/shop",
  trailingSlash: true,
  i18n: { locales: ["en", "de", "de-AT"], defaultLocale: "en", localeDetection: false },
};
const variant = process.env.SITE_VARIANT;
// A lock file in a folder above must not make that folder the root of this app.
const root = dirname(dirname(fileURLToPath(import.meta.url)));

export default {
  distDir: `.next-${variant}`,
  generateBuildId: () => "build",
  poweredByHeader: false,
  images: { dangerouslyAllowSVG: true },
  rewrites: async () => [
    { source: "/shortcut", destination: "/open" },
    { source: "/people/:name", destination: "/u/:name" },
  ],
  redirects: async () => [{ source: "/former", destination: "/open", permanent: false }],
  ...(process.env.SITE_MAJOR === "14" ? {} : { outputFileTracingRoot: root }),
  ...(process.env.SITE_MAJOR === "16" ? { turbopack: { root } } : {}),
  ...(variant === "prefixed" ? PREFIXED : {}),
};
