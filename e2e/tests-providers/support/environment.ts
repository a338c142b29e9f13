// `cargo xtask test --only providers` starts everything and sets these; see the README.

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only providers\``);
  return value;
}

/** The browser's program. */
export const CHROMIUM = required("CHROMIUM");

/** A gateway for each next-auth. */
export const DIALECTS = ["v4", "v5"] as const;
export type Dialect = (typeof DIALECTS)[number];
export const GATEWAYS: Record<Dialect, string> = { v4: required("V4_URL"), v5: required("V5_URL") };

/** The example shop with one more way to sign in. */
export const SHOP_URL = required("SHOP_URL");

/** The API itself, behind the gateways' backs: it tells tests what it was asked. */
export const API_URL = required("API_URL");

/** The providers. */
export const PROVIDERS = [
  { id: "google", name: "Google", url: required("GOOGLE_URL") },
  { id: "auth0", name: "Auth0", url: required("AUTH0_URL") },
  { id: "entra", name: "Entra ID", url: required("ENTRA_URL") },
  { id: "github", name: "GitHub", url: required("GITHUB_URL") },
] as const;
export type ProviderId = (typeof PROVIDERS)[number]["id"];

export function provider(id: ProviderId): (typeof PROVIDERS)[number] {
  const found = PROVIDERS.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`there is no provider ${id}`);
  return found;
}
