// The headers of a request, whatever kind of request it is.
import { headers } from "next/headers.js";

/** A request of either kind: Node's (`getServerSideProps`, API routes) or the Web's (route handlers). */
export interface RequestLike {
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The value of a header by its name in lower case. */
export type HeaderReader = (name: string) => string | undefined;

/** Reads the headers of a request that is at hand. */
export function headersOf({ headers }: RequestLike): HeaderReader {
  const get = "get" in headers && typeof headers.get === "function" ? headers.get.bind(headers) : undefined;
  if (get) return (name) => get(name) ?? undefined;
  return (name) => textOf((headers as Readonly<Record<string, string | readonly string[] | undefined>>)[name]);
}

/** Reads the headers of the request that the App Router is answering. */
export async function currentHeaders(): Promise<HeaderReader> {
  // Next.js 14 gives the headers themselves.
  const current = await headers();
  return (name) => current.get(name) ?? undefined;
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value.join(", ") : value;
}
