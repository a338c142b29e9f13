import express from "express";
import { errorHandler, notFound } from "./middleware/errorHandler.js";
import { requireUser } from "./middleware/requireUser.js";
import { authRoutes } from "./routes/auth.js";
import { cartRoutes } from "./routes/cart.js";
import { feedbackRoutes } from "./routes/feedback.js";
import { orderRoutes } from "./routes/orders.js";
import { productRoutes } from "./routes/products.js";
import { createTokens } from "./tokens.js";

/** The whole API as an Express application. */
export function createApp({ db, jwtSecret, jwtExpiresIn = "15m", heartbeatSeconds = 15 }) {
  const tokens = createTokens({ db, secret: jwtSecret, expiresIn: jwtExpiresIn });
  const needs = { db, tokens, requireUser: requireUser(tokens), heartbeatSeconds };
  const app = express();
  app.use(express.json({ limit: "100kb" }));
  app.use("/api", authRoutes(needs));
  app.use("/api/products", productRoutes(needs));
  app.use("/api/cart", cartRoutes(needs));
  app.use("/api/orders", orderRoutes(needs));
  app.use("/api/feedback", feedbackRoutes(needs));
  app.use(notFound);
  app.use(errorHandler);
  return app;
}
