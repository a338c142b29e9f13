import express from "express";

/** Enough for anybody, and too few to fill the memory with. */
const MOST_WISHES = 100;

/** Who wishes for what: product ids by the person's `sub`. */
class Wishes {
  #all = new Map();

  of(person) {
    return [...(this.#all.get(person) ?? [])];
  }

  /** Whether there was room for it. */
  add(person, productId) {
    const wished = this.#all.get(person) ?? new Set();
    if (!wished.has(productId) && wished.size >= MOST_WISHES) return false;
    this.#all.set(person, wished.add(productId));
    return true;
  }

  remove(person, productId) {
    this.#all.get(person)?.delete(productId);
  }
}

function readProductId(req, res, next) {
  if (/^[1-9]\d{0,8}$/.test(req.params.productId)) return next();
  res.status(400).json({ code: "bad_request", message: "That is no product." });
}

/**
 * The service as an Express application.
 *
 * @param requireSession of `crossgate()`: it lets nobody through whom it does not know.
 */
export function createApp({ requireSession }) {
  const wishes = new Wishes();
  const list = ({ identity }, res) => res.json({ productIds: wishes.of(identity.subject) });
  const app = express();
  app.disable("x-powered-by");
  app.get("/ready", (req, res) => res.sendStatus(204));
  app.use("/api/wishlist", requireSession());
  app.get("/api/wishlist", list);
  app.put("/api/wishlist/:productId", readProductId, (req, res) => {
    if (wishes.add(req.identity.subject, Number(req.params.productId))) return list(req, res);
    res.status(409).json({ code: "wishlist_full", message: `A wishlist has room for ${MOST_WISHES} wishes.` });
  });
  app.delete("/api/wishlist/:productId", readProductId, (req, res) => {
    wishes.remove(req.identity.subject, Number(req.params.productId));
    list(req, res);
  });
  app.use((req, res) => res.status(404).json({ code: "not_found", message: "There is nothing here." }));
  return app;
}
