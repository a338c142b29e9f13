import { loadCart } from "./cart.js";
import { transaction } from "./db.js";
import { HttpError } from "./errors.js";

const COLUMNS = "id, status, note, total_cents AS totalCents, created_at AS createdAt";

function withItems(db, order) {
  const items = db.all(
    "SELECT product_id AS productId, name, price_cents AS priceCents, quantity FROM order_items WHERE order_id = ? ORDER BY product_id",
    [order.id],
  );
  return { ...order, items };
}

/** A user's orders, newest first. */
export function listOrders(db, userId) {
  const orders = db.all(`SELECT ${COLUMNS} FROM orders WHERE user_id = ? ORDER BY id DESC`, [userId]);
  return orders.map((order) => withItems(db, order));
}

/** One order, only if it belongs to this user. */
export function findOrder(db, userId, orderId) {
  const order = db.get(`SELECT ${COLUMNS} FROM orders WHERE id = ? AND user_id = ?`, [orderId, userId]);
  return order && withItems(db, order);
}

function takeFromStock(db, item) {
  const { changes } = db.run("UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?", [item.quantity, item.productId, item.quantity]);
  if (changes === 0) throw new HttpError(409, "out_of_stock", `There is not enough of "${item.name}" left.`);
}

function insertOrder(db, userId, cart, note) {
  const { lastInsertRowid: orderId } = db.run(
    "INSERT INTO orders (user_id, status, note, total_cents, created_at) VALUES (?, 'placed', ?, ?, ?)",
    [userId, note, cart.totalCents, new Date().toISOString()],
  );
  for (const item of cart.items) {
    takeFromStock(db, item);
    db.run("INSERT INTO order_items (order_id, product_id, name, price_cents, quantity) VALUES (?, ?, ?, ?, ?)",
      [orderId, item.productId, item.name, item.priceCents, item.quantity]);
  }
  return orderId;
}

/** Turns the cart into an order and empties it. */
export function placeOrder(db, userId, note) {
  return transaction(db, () => {
    const cart = loadCart(db, userId);
    if (cart.items.length === 0) throw new HttpError(409, "cart_empty", "Your cart is empty.");
    const orderId = insertOrder(db, userId, cart, note);
    db.run("DELETE FROM cart_items WHERE user_id = ?", [userId]);
    return findOrder(db, userId, orderId);
  });
}
