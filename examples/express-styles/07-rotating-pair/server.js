// A short access token and a refresh token in the body. Each refresh gives a new pair; the old one is worthless.
import { createHash, randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900", REFRESH_TOKEN_SECONDS = "604800" } = process.env;
const ACCESS_TOKEN_SECRET = process.env.ACCESS_TOKEN_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });
const refreshTokens = new Map();
const digest = (token) => createHash("sha256").update(String(token)).digest("hex");

function issuePair(userId) {
  const refreshToken = randomBytes(32).toString("base64url");
  refreshTokens.set(digest(refreshToken), { userId, expiresAt: Date.now() + REFRESH_TOKEN_SECONDS * 1000 });
  const options = { subject: String(userId), expiresIn: Number(ACCESS_TOKEN_SECONDS) };
  return { accessToken: jwt.sign({}, ACCESS_TOKEN_SECRET, options), refreshToken };
}

const app = express();
app.use(express.json());

function authenticateToken(req, res, next) {
  const token = req.get("authorization")?.replace(/^Bearer /, "");
  if (!token) return res.status(401).json({ message: "Token missing" });
  jwt.verify(token, ACCESS_TOKEN_SECRET, { algorithms: ["HS256"] }, (error, payload) => {
    if (error) return res.status(403).json({ message: "Token invalid or expired" });
    req.user = users.find((user) => user.id === Number(payload.sub));
    next();
  });
}

app.post("/auth/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Email or password incorrect" });
  }
  res.json({ user: publicUser(user), ...issuePair(user.id) });
});

app.post("/auth/refresh", (req, res) => {
  const key = digest(req.body?.refreshToken);
  const row = refreshTokens.get(key);
  refreshTokens.delete(key);
  if (!row || row.expiresAt < Date.now()) return res.status(401).json({ message: "Refresh token invalid" });
  res.json(issuePair(row.userId));
});

app.post("/auth/logout", (req, res) => {
  refreshTokens.delete(digest(req.body?.refreshToken));
  res.status(204).end();
});

app.get("/users/me", authenticateToken, (req, res) => {
  res.json(publicUser(req.user));
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
