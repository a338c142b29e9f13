// The classic: jsonwebtoken with HS256, `Authorization: Bearer …`. Logging out puts the token on a denylist.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const denylist = new Set();

const app = express();
app.use(express.json());

function authenticate(req, res, next) {
  const [scheme, token] = (req.get("authorization") ?? "").split(" ");
  if (scheme !== "Bearer" || !token) return res.status(401).json({ message: "Access denied. No token provided." });
  try {
    const payload = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    if (denylist.has(payload.jti)) return res.status(401).json({ message: "You are logged out." });
    req.token = payload;
    next();
  } catch {
    res.status(401).json({ message: "Invalid or expired token." });
  }
}

app.post("/api/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Invalid email or password." });
  }
  const token = jwt.sign({ id: user.id, email: user.email }, JWT_SECRET, {
    expiresIn: Number(ACCESS_TOKEN_SECONDS),
    jwtid: randomUUID(),
  });
  res.json({ token, user: { id: user.id, name: user.name, email: user.email } });
});

app.get("/api/me", authenticate, (req, res) => {
  const { id, name, email } = users.find((user) => user.id === req.token.id);
  res.json({ id, name, email });
});

app.post("/api/logout", authenticate, (req, res) => {
  denylist.add(req.token.jti);
  res.json({ message: "Logged out." });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
