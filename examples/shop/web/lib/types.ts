/** What the API answers. Prices are in cents, times are ISO 8601 texts. */
export type User = { id: number; name: string; email: string };

export type Product = { id: number; name: string; category: string; description: string; priceCents: number };

export type CartItem = { productId: number; name: string; priceCents: number; quantity: number; lineTotalCents: number };

export type Cart = { items: CartItem[]; totalCents: number };

export type OrderItem = { productId: number; name: string; priceCents: number; quantity: number };

export type Order = {
  id: number;
  status: string;
  note: string;
  totalCents: number;
  createdAt: string;
  items: OrderItem[];
};

export type Feedback = { id: number; text: string; createdAt: string };

/** One of the signed-in person's sessions, as `GET /api/auth/sessions` lists it. */
export type SessionEntry = {
  id: string;
  current: boolean;
  created_at: string;
  last_seen_at: string;
  user_agent: string | null;
};

/** What the wishlist service answers. */
export type Wishes = { productIds: number[] };
