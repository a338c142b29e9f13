// One path with one meaning.

/** The segments of a path, percent-decoded once, without the empty one that a trailing slash leaves. */
export type Segments = readonly string[];

/**
 * The segments of a path as it came; `undefined` where it has more than one reading. Ambiguity is refused and never
 * repaired: whoever stands behind might repair it differently.
 */
export function segmentsOf(path: string): Segments | undefined {
  if (!path.startsWith("/") || /[\\;]/.test(path)) return undefined;
  const raw = path.slice(1).replace(/\/$/, "");
  if (raw === "") return path === "/" ? [] : undefined;
  const segments = raw.split("/").map(decoded);
  return segments.every((segment) => segment !== undefined) ? segments : undefined;
}

/** Neither empty nor a dot segment, and without a separator or an escape of one that a second decoding would find. */
function decoded(segment: string): string | undefined {
  const text = decodedText(segment);
  const isAmbiguous = text === "" || text === "." || text === ".." || /[/\\\p{Cc}]|%(2f|5c|2e)/iu.test(text);
  return isAmbiguous ? undefined : text;
}

function decodedText(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
