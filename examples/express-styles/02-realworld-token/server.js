// The shape of the RealWorld specification: everything in an envelope, `Authorization: Token …`, the token beside the
// user's own data. The specification has no logout; the one here ends the token, as products built on it do.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  {
    username: "ada",
    email: "ada@shop.example",
    bio: "Writes notes about engines.",
    image: "https://shop.example/people/ada.png",
    passwordHash: bcrypt.hashSync("correct-horse-1", 10),
  },
];
const articles = [{ slug: "notes", title: "Notes on the Analytical Engine", author: "grace", readers: ["ada"] }];
const ended = new Set();

const app = express();
app.use(express.json());

function toAuthJson({ username, email, bio, image }) {
  const options = { subject: username, expiresIn: Number(ACCESS_TOKEN_SECONDS), jwtid: randomUUID() };
  return { email, token: jwt.sign({}, JWT_SECRET, options), username, bio, image };
}

function requireUser(req, res, next) {
  const [scheme, token] = (req.get("authorization") ?? "").split(" ");
  try {
    if (scheme !== "Token") throw new Error("another scheme");
    req.token = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    req.user = users.find((user) => user.username === req.token.sub);
    if (ended.has(req.token.jti) || !req.user) throw new Error("logged out");
    next();
  } catch {
    res.status(401).json({ errors: { token: ["is missing or invalid"] } });
  }
}

app.post("/api/users/login", async (req, res) => {
  const { email = "", password = "" } = req.body?.user ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(422).json({ errors: { "email or password": ["is invalid"] } });
  }
  res.json({ user: toAuthJson(user) });
});

app.get("/api/user", requireUser, (req, res) => {
  res.json({ user: toAuthJson(req.user) });
});

app.get("/api/articles/feed", requireUser, (req, res) => {
  const feed = articles.filter((article) => article.readers.includes(req.user.username));
  res.json({ articles: feed, articlesCount: feed.length });
});

app.post("/api/users/logout", requireUser, (req, res) => {
  ended.add(req.token.jti);
  res.status(204).end();
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
