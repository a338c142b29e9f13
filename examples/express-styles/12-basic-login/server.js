// HTTP Basic, once: POST /api/tokens trades name and password for an opaque token, DELETE /api/tokens gives it back.
// The passwords are hashed with the scrypt of Node.js, and only hashes of tokens are kept.
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import express from "express";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600" } = process.env;

const hashOf = (password, salt) => scryptSync(password, salt, 32);
const salt = randomBytes(16);
const users = [
  { id: 1, username: "ada", name: "Ada Lovelace", salt, passwordHash: hashOf("correct-horse-1", salt) },
];
const tokens = new Map();
const digest = (token) => createHash("sha256").update(token).digest("hex");

const app = express();
app.use(express.json());

function fail(res, challenge, message) {
  res.set("WWW-Authenticate", challenge).status(401).json({ error: "Unauthorized", message });
}

function basicAuth(req, res, next) {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(req.get("authorization") ?? "") ?? [];
  const [username, ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  const user = users.find((user) => user.username === username);
  if (!user || !timingSafeEqual(hashOf(rest.join(":"), user.salt), user.passwordHash)) {
    return fail(res, 'Basic realm="Authentication Required"', "Wrong username or password.");
  }
  req.user = user;
  next();
}

function tokenAuth(req, res, next) {
  const [, token = ""] = /^Bearer (.+)$/i.exec(req.get("authorization") ?? "") ?? [];
  const row = tokens.get(digest(token));
  if (!row || row.expiresAt <= Date.now()) {
    return fail(res, 'Bearer realm="Authentication Required"', "The token is not valid.");
  }
  req.user = row.user;
  req.token = token;
  next();
}

app.post("/api/tokens", basicAuth, (req, res) => {
  const token = randomBytes(24).toString("hex");
  const expiresIn = Number(ACCESS_TOKEN_SECONDS);
  tokens.set(digest(token), { user: req.user, expiresAt: Date.now() + expiresIn * 1000 });
  res.status(201).json({ token, expiresIn });
});

app.delete("/api/tokens", tokenAuth, (req, res) => {
  tokens.delete(digest(req.token));
  res.status(204).end();
});

app.get("/api/users/me", tokenAuth, (req, res) => {
  const { id, username, name } = req.user;
  res.json({ id, username, name });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
