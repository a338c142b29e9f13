import { Router } from "express";
import { loadCart } from "../cart.js";
import { HttpError } from "../errors.js";
import { parseId, requireInteger } from "../validate.js";

const MAX_QUANTITY = 99;

export function cartRoutes({ db, requireUser }) {
  const router = Router();
  router.use(requireUser);

  router.get("/", (req, res) => {
    res.json(loadCart(db, req.user.userId));
  });

  router.post("/", (req, res) => {
    const productId = requireInteger(req.body?.productId, "productId");
    const quantity = requireInteger(req.body?.quantity ?? 1, "quantity", { max: MAX_QUANTITY });
    if (!db.get("SELECT id FROM products WHERE id = ?", [productId])) {
      throw new HttpError(404, "not_found", "There is no such product.");
    }
    db.run(
      `INSERT INTO cart_items (user_id, product_id, quantity) VALUES (?, ?, ?)
       ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = min(quantity + excluded.quantity, ?)`,
      [req.user.userId, productId, quantity, MAX_QUANTITY],
    );
    res.json(loadCart(db, req.user.userId));
  });

  router.delete("/:productId", (req, res) => {
    db.run("DELETE FROM cart_items WHERE user_id = ? AND product_id = ?", [req.user.userId, parseId(req.params.productId)]);
    res.json(loadCart(db, req.user.userId));
  });

  return router;
}
