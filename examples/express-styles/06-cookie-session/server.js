// cookie-session: the whole session is in two signed cookies, and every change of it sets them anew.
import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import cookieSession from "cookie-session";
import express from "express";

const { PORT = "4000", SESSION_SECONDS = "86400", NODE_ENV } = process.env;
const SESSION_KEY = process.env.SESSION_KEY ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });

const app = express();
app.set("trust proxy", 1);
app.use(
  cookieSession({
    name: "session",
    keys: [SESSION_KEY],
    maxAge: SESSION_SECONDS * 1000,
    sameSite: "lax",
    secure: NODE_ENV === "production",
  }),
);
app.use(express.json());

function requireLogin(req, res, next) {
  req.user = users.find((user) => user.id === req.session.userId);
  if (!req.user) return res.status(401).json({ error: "Please log in" });
  next();
}

app.post("/api/session", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ error: "Wrong email or password" });
  }
  req.session.userId = user.id;
  req.session.cart = [];
  res.status(201).json({ user: publicUser(user) });
});

app.delete("/api/session", (req, res) => {
  req.session = null;
  res.status(204).end();
});

app.get("/api/me", requireLogin, (req, res) => {
  res.json({ user: publicUser(req.user) });
});

app.post("/api/cart", requireLogin, (req, res) => {
  req.session.cart = [...req.session.cart, String(req.body?.item)];
  res.json({ cart: req.session.cart });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
