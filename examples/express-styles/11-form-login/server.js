// A login that takes a form, with nested names as server-rendered pages send them.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, login: "ada", fullName: "Ada Lovelace", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const endedTokens = new Set();

const app = express();
app.use(express.urlencoded({ extended: true }));

function requireToken(req, res, next) {
  try {
    const [, token] = /^Bearer (.+)$/.exec(req.get("authorization") ?? "") ?? [];
    req.token = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    if (endedTokens.has(req.token.jti)) throw new Error("ended");
    next();
  } catch {
    res.status(401).json({ error: { message: "Sign in to continue." } });
  }
}

app.post("/account/sign_in", async (req, res) => {
  const { login = "", password = "" } = req.body?.user ?? {};
  const user = users.find((user) => user.login === login);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ error: { message: "Invalid login or password.", code: "invalid" } });
  }
  const options = { expiresIn: Number(ACCESS_TOKEN_SECONDS), jwtid: randomUUID() };
  const jwt_token = jwt.sign({ uid: user.id }, JWT_SECRET, options);
  res.status(201).json({ user: { id: user.id, fullName: user.fullName }, jwt_token });
});

app.delete("/account/sign_out", requireToken, (req, res) => {
  endedTokens.add(req.token.jti);
  res.status(204).end();
});

app.get("/account/profile", requireToken, (req, res) => {
  const { id, login, fullName } = users.find((user) => user.id === req.token.uid);
  res.json({ id, login, fullName });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
