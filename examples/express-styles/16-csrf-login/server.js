// Sessions with the synchroniser token pattern (csrf-sync): every POST needs a token of the session, the login too.
import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import { csrfSync } from "csrf-sync";
import express from "express";
import session from "express-session";

const { PORT = "4000", SESSION_SECONDS = "3600", NODE_ENV } = process.env;
const SESSION_SECRET = process.env.SESSION_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });
const { generateToken, csrfSynchronisedProtection, invalidCsrfTokenError } = csrfSync();

const app = express();
app.set("trust proxy", 1);
app.use(express.json());
app.use(
  session({
    name: "sid",
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: SESSION_SECONDS * 1000, sameSite: "strict", secure: NODE_ENV === "production" },
  }),
);

app.get("/api/csrf-token", (req, res) => {
  res.json({ csrfToken: generateToken(req) });
});
app.use(csrfSynchronisedProtection);

app.post("/api/login", async (req, res, next) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Invalid credentials" });
  }
  // A new id after signing in; the CSRF token ends with the old one.
  req.session.regenerate((error) => {
    if (error) return next(error);
    req.session.userId = user.id;
    res.json({ user: publicUser(user) });
  });
});

app.use((req, res, next) => {
  req.user = users.find((user) => user.id === req.session.userId);
  if (!req.user) return res.status(401).json({ message: "Unauthorized" });
  next();
});

app.get("/api/me", (req, res) => {
  res.json({ ...publicUser(req.user), note: req.session.note });
});

app.post("/api/note", (req, res) => {
  req.session.note = String(req.body?.note);
  res.status(204).end();
});

app.post("/api/logout", (req, res, next) => {
  req.session.destroy((error) => (error ? next(error) : res.clearCookie("sid").status(204).end()));
});

app.use((error, _req, res, next) => {
  if (error !== invalidCsrfTokenError) return next(error);
  res.status(403).json({ message: "CSRF token missing or invalid" });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
