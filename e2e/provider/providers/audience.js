/** The API for which Auth0 issues tokens. */
export const AUDIENCE = "https://orders.shop.example";
