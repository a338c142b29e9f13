// Opens accounts at the example shop's own API, which knows nothing of providers.
import { randomUUID } from "node:crypto";
import { required } from "../support/environment.js";

/** Gives the shop's user and token. */
export async function registerAtShop({ name, email }) {
  const response = await fetch(`${required("SHOP_API_URL")}/api/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, email, password: randomUUID() }),
  });
  if (!response.ok) throw new Error(`the shop answered ${response.status}: ${await response.text()}`);
  return response.json();
}
