// People with accounts of their own, so that no test sees what another one did.
import { randomUUID } from "node:crypto";
import { API_URL } from "./environment.ts";

export type Person = { name: string; email: string; password: string; token: string };

/** An account that the demo data has locked. */
export const LOCKED = { email: "locked@shop.example", password: "correct-horse-3" };

export const WRONG_PASSWORD = "Wrong e-mail or password.";
export const ACCOUNT_LOCKED = "This account is locked. Write to support@shop.example.";

async function callApi(path: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(`${API_URL}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Opens an account at the API. */
export async function register(firstName: string): Promise<Person> {
  const id = randomUUID().slice(0, 8);
  const person = { name: `${firstName} ${id}`, email: `${firstName.toLowerCase()}-${id}@shop.example`, password: `pass-${id}-word` };
  const { token } = (await callApi("/api/register", person)) as { token: string };
  return { ...person, token };
}

/** Places an order directly at the API; gives its number. The note names it on every page that shows it. */
export async function placeOrder(person: Person, note: string): Promise<number> {
  await callApi("/api/cart", { productId: 7, quantity: 1 }, person.token);
  const { order } = (await callApi("/api/orders", { note }, person.token)) as { order: { id: number } };
  return order.id;
}

/** Puts one product into the cart, directly at the API. */
export async function fillCart(person: Person, productId: number): Promise<void> {
  await callApi("/api/cart", { productId, quantity: 1 }, person.token);
}
