// Calls to the API from the server side of this app (Server Components, getServerSideProps, actions).
import { type ApiFetch, ApiError } from "@crossgate/next/server";
import type { Product } from "./types";

export type Answer<T> =
  | { state: "ok"; data: T }
  | { state: "signed-out" }
  | { state: "not-found" }
  | { state: "refused"; message: string };

function readRefusal(error: unknown): Exclude<Answer<never>, { state: "ok" }> {
  if (!(error instanceof ApiError) || error.status >= 500) throw error;
  if (error.status === 401) return { state: "signed-out" };
  return error.status === 404 ? { state: "not-found" } : { state: "refused", message: error.message };
}

/** What the API says to the person who asks: `apiFetch`, or `apiFetchFor(req)` in the Pages Router, knows who that is. */
export async function ask<T>(apiFetch: ApiFetch, path: string): Promise<Answer<T>> {
  return readAnswer<T>(apiFetch(path));
}

/** The same with JSON to store. */
export async function send<T>(apiFetch: ApiFetch, path: string, json: unknown): Promise<Answer<T>> {
  const headers = { "content-type": "application/json" };
  return readAnswer<T>(apiFetch(path, { method: "POST", headers, body: JSON.stringify(json) }));
}

async function readAnswer<T>(answering: Promise<Response>): Promise<Answer<T>> {
  try {
    return { state: "ok", data: (await (await answering).json()) as T };
  } catch (error) {
    return readRefusal(error);
  }
}

// Products are the same for everybody and change rarely.
async function getPublic<T>(path: string): Promise<T | undefined> {
  const response = await fetch(`${process.env.API_URL}${path}`, { next: { revalidate: 60 } });
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
