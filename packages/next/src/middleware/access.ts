// Which pages need a session.
import { endpointPaths } from "./endpoints.js";
import { PathPattern } from "./pattern.js";
import { stemOf } from "./page.js";
import type { Segments } from "./path.js";

/** Decides about pages. Made once, from patterns. */
export class PageAccess {
  readonly #protected: readonly PathPattern[];
  readonly #open: readonly PathPattern[];

  /** @throws {@link ServerError} `configuration_invalid` */
  constructor(protect: readonly string[], open: readonly string[]) {
    this.#protected = protect.map((text) => new PathPattern(text));
    this.#open = open.map((text) => new PathPattern(text));
  }

  /**
   * Whether a page needs a session. What opens counts as it is written; what closes counts in every case of letters,
   * because some file systems do not tell cases apart, and with every ending, which might be one more way to ask for
   * the page that nobody here has heard of.
   */
  needsSession(page: Segments): boolean {
    if (this.#open.some((pattern) => pattern.matches(page))) return false;
    return [page, stemOf(page)].some((path) => this.#protected.some((pattern) => pattern.matchesIgnoringCase(path)));
  }
}

/** Whether a path, as the browser spells it, is one that Crossgate answers itself. */
export function isOfGateway(path: Segments, basePath: string): boolean {
  return endpointPaths(basePath).some((source) => new PathPattern(source.replace(/:\w+/, "*")).matches(path));
}
