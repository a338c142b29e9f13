// A JWT that lives in an HttpOnly cookie: the login sets it, cookie-parser reads it, logging out clears it.
import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import cookieParser from "cookie-parser";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600", NODE_ENV } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const cookieOptions = { httpOnly: true, secure: NODE_ENV === "production", sameSite: "strict" };

const users = [
  { id: "u1", name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });

const app = express();
app.use(express.json());
app.use(cookieParser());

function protect(req, res, next) {
  const { token } = req.cookies;
  if (!token) return res.status(401).json({ message: "Not authorized, no token" });
  try {
    const { userId } = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    req.user = users.find((user) => user.id === userId);
    next();
  } catch {
    res.status(401).json({ message: "Not authorized, token failed" });
  }
}

app.post("/api/users/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Invalid email or password" });
  }
  const seconds = Number(ACCESS_TOKEN_SECONDS);
  const token = jwt.sign({ userId: user.id }, JWT_SECRET, { expiresIn: seconds });
  res.cookie("token", token, { ...cookieOptions, maxAge: seconds * 1000 });
  res.json(publicUser(user));
});

app.post("/api/users/logout", (req, res) => {
  res.clearCookie("token", cookieOptions);
  res.json({ message: "Logged out successfully" });
});

app.get("/api/users/profile", protect, (req, res) => {
  res.json(publicUser(req.user));
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
