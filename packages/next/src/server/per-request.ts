// Once per request, where React offers that.
import * as React from "react";

/** The same function, which React calls once while it renders one request. Elsewhere it is called each time. */
export function perRequest<T>(find: () => T): () => T {
  // Only the React of the App Router's server has it.
  const { cache } = React as { cache?: (find: () => T) => () => T };
  return typeof cache === "function" ? cache(find) : find;
}
