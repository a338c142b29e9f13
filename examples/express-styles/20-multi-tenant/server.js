// Several tenants in one API, each with people of its own, numbered from 1. The tenant is in the path (/t/acme/…) or
// in the header X-Tenant-Id (/api/…).
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const person = (id, name, email, password) => ({ id, name, email, passwordHash: bcrypt.hashSync(password, 10) });
const tenants = {
  acme: [person(1, "Ada Lovelace", "ada@shop.example", "correct-horse-1")],
  globex: [person(1, "Grace Hopper", "grace@shop.example", "correct-horse-2")],
};
const loggedOut = new Set();

function withTenant(nameOf) {
  return (req, res, next) => {
    req.tenant = nameOf(req);
    if (!Object.hasOwn(tenants, req.tenant ?? "")) return res.status(404).json({ message: "Unknown organisation." });
    next();
  };
}

function authenticate(req, res, next) {
  try {
    const token = (req.get("authorization") ?? "").replace(/^Bearer /, "");
    req.token = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    if (loggedOut.has(req.token.jti)) throw new Error("logged out");
  } catch {
    return res.status(401).json({ message: "Unauthorized" });
  }
  if (req.token.tenant !== req.tenant) return res.status(403).json({ message: "This is not your organisation." });
  next();
}

const routes = express.Router();

routes.post("/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = tenants[req.tenant].find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Wrong email or password." });
  }
  const options = { subject: String(user.id), expiresIn: Number(ACCESS_TOKEN_SECONDS), jwtid: randomUUID() };
  const token = jwt.sign({ tenant: req.tenant }, JWT_SECRET, options);
  res.json({ token, user: { id: user.id, name: user.name, email: user.email, tenant: req.tenant } });
});

routes.get("/me", authenticate, (req, res) => {
  const { id, name, email } = tenants[req.tenant].find((user) => user.id === Number(req.token.sub));
  res.json({ id, name, email, tenant: req.tenant });
});

routes.post("/logout", authenticate, (req, res) => {
  loggedOut.add(req.token.jti);
  res.status(204).end();
});

const app = express();
app.use(express.json());
app.use("/t/:tenant", withTenant((req) => req.params.tenant), routes);
app.use("/api", withTenant((req) => req.get("x-tenant-id")), routes);

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
