import { Router } from "express";
import { HttpError } from "../errors.js";
import { parseId } from "../validate.js";

const COLUMNS = "id, name, category, description, price_cents AS priceCents";

export function productRoutes({ db }) {
  const router = Router();

  router.get("/", (req, res) => {
    res.json({ products: db.all(`SELECT ${COLUMNS} FROM products ORDER BY id`) });
  });

  router.get("/:id", (req, res) => {
    const product = db.get(`SELECT ${COLUMNS} FROM products WHERE id = ?`, [parseId(req.params.id)]);
    if (!product) throw new HttpError(404, "not_found", "There is no such product.");
    res.json({ product });
  });

  return router;
}
