// Pages and the many ways to ask for one. All transports of a page are that page.
import type { Segments } from "./path.js";

/** What a path asks the app for. */
export interface PageRequest {
  /** The page. */
  readonly page: Segments;
  /** Its own path, one of Next.js's transports, or build output, which is no page. */
  readonly transport: "path" | "data" | "rsc" | "asset";
}

/** Which page a path without base path asks for. Next.js takes the locale off, except where it stands inside a file name. */
export function pageOf(path: Segments, locales: readonly string[]): PageRequest {
  return path[0] === "_next" ? internal(path, locales) : dotted(path);
}

/** `/_next/data/<build>/page.json` is the page in the Pages Router; the rest is build output. */
function internal(path: Segments, locales: readonly string[]): PageRequest {
  if (path[1] !== "data" || path.length < 4) return { page: path, transport: "asset" };
  const page = withoutLocale(withoutLastEnding(path.slice(3), ".json"), locales);
  if (page[0] !== "index") return { page, transport: "data" };
  // A page named /index is spelled /index/index.
  return { page: page.slice(1), transport: "data" };
}

/** `/page.rsc`, `/page.prefetch.rsc` and `/page.segments/….segment.rsc` in the App Router. */
function dotted(path: Segments): PageRequest {
  const segments = path.findIndex((segment, index) => segment.endsWith(".segments") && index < path.length - 1);
  if (segments >= 0) return { page: rootOf(withoutLastEnding(path.slice(0, segments + 1), ".segments")), transport: "rsc" };
  if (!path.at(-1)?.endsWith(".rsc")) return { page: path, transport: "path" };
  return { page: rootOf(withoutLastEnding(withoutLastEnding(path, ".rsc"), ".prefetch")), transport: "rsc" };
}

function rootOf(page: Segments): Segments {
  return page.length === 1 && (page[0] === "index" || page[0] === "") ? [] : page;
}

function withoutLastEnding(path: Segments, ending: string): Segments {
  const last = path.at(-1) ?? "";
  return last.endsWith(ending) ? [...path.slice(0, -1), last.slice(0, -ending.length)] : path;
}

function withoutLocale(page: Segments, locales: readonly string[]): Segments {
  const first = page[0]?.toLowerCase();
  return locales.some((locale) => locale.toLowerCase() === first) ? page.slice(1) : page;
}

/** The path without the ending that begins at the first dot of its last segment; itself where it has none. */
export function stemOf(page: Segments): Segments {
  const last = page.at(-1) ?? "";
  const dot = last.indexOf(".", 1);
  return dot < 0 ? page : [...page.slice(0, -1), last.slice(0, dot)];
}
