// Path patterns as in Crossgate's configuration: `/a/*/b` and `/a/**`.
import { invalid } from "../gateway/server-error.js";
import { type Segments, segmentsOf } from "./path.js";

/** A path pattern. `*` stands for exactly one segment, a final `**` for the path itself and all below it. */
export class PathPattern {
  readonly #segments: Segments;
  readonly #isOpenEnded: boolean;

  /** @throws {@link ServerError} `configuration_invalid` */
  constructor(text: string) {
    const segments = segmentsOf(text);
    if (segments === undefined) {
      throw invalid(`no request has a path such as ${JSON.stringify(text)}; fix: a pattern such as "/dashboard/**"`);
    }
    this.#isOpenEnded = segments.at(-1) === "**";
    this.#segments = this.#isOpenEnded ? segments.slice(0, -1) : segments;
    if (this.#segments.some((segment) => segment.includes("*") && segment !== "*")) {
      throw invalid(`${JSON.stringify(text)} is no pattern: "*" stands for a whole segment, "**" only at the end`);
    }
  }

  /** Whether a path matches. */
  matches(path: Segments): boolean {
    return this.#matches(path, (text) => text);
  }

  /** As {@link matches}, whatever the case of letters. */
  matchesIgnoringCase(path: Segments): boolean {
    return this.#matches(path, (text) => text.toLowerCase());
  }

  #matches(path: Segments, fold: (text: string) => string): boolean {
    const hasLength = this.#isOpenEnded ? path.length >= this.#segments.length : path.length === this.#segments.length;
    return hasLength && this.#segments.every((segment, index) => segment === "*" || fold(segment) === fold(path[index] as string));
  }
}
