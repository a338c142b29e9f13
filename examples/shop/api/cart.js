/** What lies in a user's cart, with today's prices. */
export function loadCart(db, userId) {
  const items = db.all(
    `SELECT product_id AS productId, name, price_cents AS priceCents, quantity, price_cents * quantity AS lineTotalCents
       FROM cart_items JOIN products ON products.id = product_id
      WHERE user_id = ? ORDER BY product_id`,
    [userId],
  );
  return { items, totalCents: items.reduce((sum, item) => sum + item.lineTotalCents, 0) };
}
