// Calls to the API from the server side of this app (Server Components, getServerSideProps, actions).
import type { Product } from "./types";

const API_URL = process.env.API_URL ?? "http://127.0.0.1:4000";

export type Answer<T> =
  | { state: "ok"; data: T }
  | { state: "signed-out" }
  | { state: "not-found" }
  | { state: "refused"; message: string };

type Options = { method?: string; body?: unknown };

async function readAnswer<T>(response: Response, path: string): Promise<Answer<T>> {
  if (response.ok) return { state: "ok", data: (await response.json()) as T };
  if (response.status === 401) return { state: "signed-out" };
  if (response.status === 404) return { state: "not-found" };
  if (response.status >= 500) throw new Error(`The API answered ${response.status} to ${path}`);
  const { message } = (await response.json()) as { message: string };
  return { state: "refused", message };
}

/** Calls the API as the person whose `Authorization` header came with the page request. */
export async function callApi<T>(
  path: string,
  authorization: string | null | undefined,
  { method = "GET", body }: Options = {},
): Promise<Answer<T>> {
  if (!authorization) return { state: "signed-out" };
  const response = await fetch(`${API_URL}${path}`, {
    method,
    cache: "no-store",
    headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return readAnswer<T>(response, path);
}

// Products are the same for everybody and change rarely.
async function getPublic<T>(path: string): Promise<T | undefined> {
  const response = await fetch(`${API_URL}${path}`, { next: { revalidate: 60 } });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The API answered ${response.status} to ${path}`);
  return (await response.json()) as T;
}

export async function loadProducts(): Promise<Product[]> {
  return (await getPublic<{ products: Product[] }>("/api/products"))?.products ?? [];
}

export async function loadProduct(id: string): Promise<Product | undefined> {
  return (await getPublic<{ product: Product }>(`/api/products/${encodeURIComponent(id)}`))?.product;
}
