// express-oauth2-jwt-bearer: the API verifies access tokens of an issuer with its key set and an audience, and issues
// none itself. /api/login only says whether the password is right.
import bcrypt from "bcryptjs";
import express from "express";
import { auth, claimIncludes } from "express-oauth2-jwt-bearer";

const { PORT = "4000", ISSUER = "http://localhost:8080", AUDIENCE = "https://api.shop.example" } = process.env;
const { JWKS_URI = `${ISSUER}/.well-known/jwks.json` } = process.env;

const users = [
  {
    id: 1,
    name: "Ada Lovelace",
    email: "ada@shop.example",
    permissions: ["read:profile"],
    passwordHash: bcrypt.hashSync("correct-horse-1", 10),
  },
];
const publicUser = ({ id, name, email, permissions }) => ({ id, name, email, permissions });
const endedSessions = new Set();

const app = express();
app.use(express.json());

app.post("/api/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Wrong email or password." });
  }
  res.json(publicUser(user));
});

app.use(auth({ issuer: ISSUER, jwksUri: JWKS_URI, audience: AUDIENCE, tokenSigningAlg: "ES256", strict: true }));

app.use((req, res, next) => {
  if (endedSessions.has(req.auth.payload.sid)) return res.status(401).json({ message: "You are logged out." });
  next();
});

app.get("/api/profile", claimIncludes("permissions", "read:profile"), (req, res) => {
  res.json(publicUser(users.find((user) => String(user.id) === req.auth.payload.sub)));
});

app.post("/api/logout", (req, res) => {
  endedSessions.add(req.auth.payload.sid);
  res.status(204).end();
});

app.use((error, _req, res, _next) => {
  res.set(error.headers ?? {}).status(error.status ?? 500).json({ message: error.message });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
