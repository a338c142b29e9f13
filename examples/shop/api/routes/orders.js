import { EventEmitter } from "node:events";
import { Router } from "express";
import { HttpError } from "../errors.js";
import { findOrder, listOrders, placeOrder } from "../orders.js";
import { optionalText, parseId } from "../validate.js";

/** Keeps the answer open and writes this user's orders to it as server-sent events. */
function streamOrders(req, res, { placed, heartbeatSeconds }) {
  const { userId } = req.user;
  const send = (order) => res.write(`event: order\nid: ${order.id}\ndata: ${JSON.stringify(order)}\n\n`);
  // Proxies close connections on which nothing happens.
  const heartbeat = setInterval(() => res.write(": heartbeat\n\n"), heartbeatSeconds * 1000);
  placed.on(String(userId), send);
  res.on("close", () => {
    clearInterval(heartbeat);
    placed.off(String(userId), send);
  });
  res.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  res.write(": connected\n\n");
}

export function orderRoutes({ db, requireUser, heartbeatSeconds }) {
  const placed = new EventEmitter().setMaxListeners(0);
  const router = Router();
  router.use(requireUser);

  router.post("/", (req, res) => {
    const order = placeOrder(db, req.user.userId, optionalText(req.body, "note"));
    placed.emit(String(req.user.userId), order);
    res.status(201).json({ order });
  });

  router.get("/", (req, res) => {
    res.json({ orders: listOrders(db, req.user.userId) });
  });

  router.get("/events", (req, res) => streamOrders(req, res, { placed, heartbeatSeconds }));

  router.get("/:id", (req, res) => {
    const order = findOrder(db, req.user.userId, parseId(req.params.id));
    if (!order) throw new HttpError(404, "not_found", "There is no such order.");
    res.json({ order });
  });

  return router;
}
