import { pathToFileURL } from "node:url";
import bcrypt from "bcryptjs";
import { openDatabase, transaction } from "./db.js";

const USERS = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", password: "correct-horse-1", locked: 0 },
  { id: 2, name: "Grace Hopper", email: "grace@shop.example", password: "correct-horse-2", locked: 0 },
  { id: 3, name: "Locked Larry", email: "locked@shop.example", password: "correct-horse-3", locked: 1 },
];

const PRODUCTS = [
  [1, "Brass drafting compass", "Drawing", "Turned from one bar, with a spare lead and a case.", 4800],
  [2, "Dotted notebook, A5", "Paper", "160 pages that lie flat and take ink well.", 1450],
  [3, "Fountain pen, fine nib", "Writing", "A steel nib that has been tuned by hand.", 6200],
  [4, "Punched-card wall print", "Paper", "A loom card from 1804, printed on heavy cotton paper.", 2900],
  [5, "Slide rule, boxed", "Drawing", "Bamboo, ten inches, with the manual.", 5400],
  [6, "Desk lamp, warm white", "Desk", "Folds away to the size of a pencil case.", 8900],
  [7, "Enamel mug", "Desk", "Survives falling off the desk.", 1600],
  [8, "Bottle of ink, midnight", "Writing", "50 ml, dries quickly and does not fade.", 1250],
].map(([id, name, category, description, priceCents]) => ({ id, name, category, description, priceCents, stock: 10_000 }));

const ORDERS = [
  { id: 1001, userId: 1, status: "delivered", note: "For the notes on the Analytical Engine", createdAt: "2026-01-12T09:30:00.000Z", items: [[2, 3], [8, 1]] },
  { id: 1002, userId: 1, status: "shipped", note: "A birthday present for Charles", createdAt: "2026-02-03T16:05:00.000Z", items: [[1, 1]] },
  { id: 1003, userId: 2, status: "delivered", note: "For the compiler team", createdAt: "2026-01-20T13:45:00.000Z", items: [[7, 4], [6, 1]] },
];

const CART_ITEMS = [
  { userId: 1, productId: 5, quantity: 1 },
  { userId: 2, productId: 4, quantity: 2 },
];

const product = (id) => PRODUCTS.find((candidate) => candidate.id === id);

function insertUser(db, { id, name, email, passwordHash, locked }) {
  db.run("INSERT INTO users (id, name, email, password_hash, locked) VALUES (?, ?, ?, ?, ?)", [id, name, email, passwordHash, locked]);
}

function insertProduct(db, { id, name, category, description, priceCents, stock }) {
  db.run("INSERT INTO products (id, name, category, description, price_cents, stock) VALUES (?, ?, ?, ?, ?, ?)",
    [id, name, category, description, priceCents, stock]);
}

function insertOrder(db, { id, userId, status, note, createdAt, items }) {
  const total = items.reduce((sum, [productId, quantity]) => sum + product(productId).priceCents * quantity, 0);
  db.run("INSERT INTO orders (id, user_id, status, note, total_cents, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    [id, userId, status, note, total, createdAt]);
  for (const [productId, quantity] of items) {
    const { name, priceCents } = product(productId);
    db.run("INSERT INTO order_items (order_id, product_id, name, price_cents, quantity) VALUES (?, ?, ?, ?, ?)",
      [id, productId, name, priceCents, quantity]);
  }
}

function insertCartItem(db, { userId, productId, quantity }) {
  db.run("INSERT INTO cart_items (user_id, product_id, quantity) VALUES (?, ?, ?)", [userId, productId, quantity]);
}

/** Fills an empty database with demo data; leaves any other alone. */
export async function seedIfEmpty(db) {
  if (db.get("SELECT id FROM users LIMIT 1")) return false;
  const users = await Promise.all(
    USERS.map(async (user) => ({ ...user, passwordHash: await bcrypt.hash(user.password, 10) })),
  );
  transaction(db, () => {
    users.forEach((user) => insertUser(db, user));
    PRODUCTS.forEach((entry) => insertProduct(db, entry));
    ORDERS.forEach((order) => insertOrder(db, order));
    CART_ITEMS.forEach((item) => insertCartItem(db, item));
  });
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const db = openDatabase(process.env.DATABASE_FILE ?? "./shop.db");
  console.log((await seedIfEmpty(db)) ? "Demo data written." : "There is data already; nothing changed.");
  db.close();
}
