import { Router } from "express";
import { requireText } from "../validate.js";

export function feedbackRoutes({ db, requireUser }) {
  const router = Router();
  router.use(requireUser);

  const list = (userId) =>
    db.all("SELECT id, text, created_at AS createdAt FROM feedback WHERE user_id = ? ORDER BY id DESC", [userId]);

  router.post("/", (req, res) => {
    const text = requireText(req.body, "text", { max: 2000 });
    db.run("INSERT INTO feedback (user_id, text, created_at) VALUES (?, ?, ?)", [req.user.userId, text, new Date().toISOString()]);
    res.status(201).json({ feedback: list(req.user.userId) });
  });

  router.get("/", (req, res) => {
    res.json({ feedback: list(req.user.userId) });
  });

  return router;
}
