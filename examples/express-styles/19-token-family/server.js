// Two tokens with reuse detection (RFC 9700 §4.14.2): whoever sends a refresh token a second time ends the whole
// family, the access tokens included.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "300" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });
const families = new Map();
const digest = (token) => createHash("sha256").update(token).digest("hex");

function issueTokens(familyId, userId) {
  const secret = randomBytes(32).toString("base64url");
  families.set(familyId, { userId, current: digest(secret) });
  const options = { subject: String(userId), expiresIn: Number(ACCESS_TOKEN_SECONDS), algorithm: "HS256" };
  return {
    token_type: "Bearer",
    access_token: jwt.sign({ family: familyId }, JWT_SECRET, options),
    access_expires_at: Math.floor(Date.now() / 1000) + options.expiresIn,
    refresh_token: `${familyId}.${secret}`,
  };
}

const app = express();
app.use(express.json());

function requireAccessToken(req, res, next) {
  try {
    const [, token] = /^Bearer (.+)$/.exec(req.get("authorization") ?? "") ?? [];
    req.token = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    if (!families.has(req.token.family)) throw new Error("revoked");
    next();
  } catch {
    res.status(401).json({ error: { code: "invalid_token", message: "The access token is not valid." } });
  }
}

app.post("/v2/sessions", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ error: { code: "wrong_credentials", message: "Email and password do not match." } });
  }
  res.status(201).json({ data: { user: publicUser(user), session: issueTokens(randomUUID(), user.id) } });
});

app.post("/v2/sessions/refresh", (req, res) => {
  const [familyId, secret = ""] = String(req.body?.refresh_token).split(".");
  const family = families.get(familyId);
  if (!family) return res.status(401).json({ error: { code: "session_revoked", message: "The session has ended." } });
  if (family.current !== digest(secret)) {
    families.delete(familyId);
    console.warn(`refresh token reused: family ${familyId} is revoked`);
    return res.status(401).json({ error: { code: "token_reused", message: "The session has ended." } });
  }
  res.json({ data: { session: issueTokens(familyId, family.userId) } });
});

app.delete("/v2/sessions/current", requireAccessToken, (req, res) => {
  families.delete(req.token.family);
  res.status(204).end();
});

app.get("/v2/me", requireAccessToken, (req, res) => {
  res.json({ data: publicUser(users.find((user) => user.id === Number(req.token.sub))) });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
