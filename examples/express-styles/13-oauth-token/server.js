// RFC 6749 by hand: /oauth/token with the grants `password` and `refresh_token`, a confidential client, opaque tokens,
// /oauth/revoke (RFC 7009). Who somebody is says /api/me.
import { createHash, randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600", CLIENT_ID = "shop-web" } = process.env;
const CLIENT_SECRET = process.env.CLIENT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, username: "ada", name: "Ada Lovelace", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const grants = { access: new Map(), refresh: new Map() };
const digest = (token) => createHash("sha256").update(String(token)).digest("base64url");

const app = express();
app.use(express.urlencoded({ extended: false }));

function authenticateClient(req, res, next) {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(req.get("authorization") ?? "") ?? [];
  if (Buffer.from(encoded, "base64").toString() === `${CLIENT_ID}:${CLIENT_SECRET}`) return next();
  res.set("WWW-Authenticate", "Basic").status(401).json({ error: "invalid_client" });
}

function tokenResponse(res, user) {
  const [access, refresh] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  const expiresIn = Number(ACCESS_TOKEN_SECONDS);
  const grant = { user, access: digest(access), refresh: digest(refresh), expiresAt: Date.now() + expiresIn * 1000 };
  grants.access.set(grant.access, grant);
  grants.refresh.set(grant.refresh, grant);
  res.set("Cache-Control", "no-store");
  res.json({ access_token: access, token_type: "Bearer", expires_in: expiresIn, refresh_token: refresh, scope: "shop" });
}

function invalidGrant(res, error_description) {
  res.status(400).json({ error: "invalid_grant", error_description });
}

function revoke(grant) {
  grants.access.delete(grant.access);
  grants.refresh.delete(grant.refresh);
}

const grantTypes = {
  async password({ username, password = "" }, res) {
    const user = users.find((user) => user.username === username);
    if (!user || !(await bcrypt.compare(password, user.passwordHash))) {
      return invalidGrant(res, "The user name or password is wrong.");
    }
    tokenResponse(res, user);
  },
  refresh_token({ refresh_token }, res) {
    const grant = grants.refresh.get(digest(refresh_token));
    if (!grant) return invalidGrant(res, "The refresh token is not valid.");
    revoke(grant);
    tokenResponse(res, grant.user);
  },
};

app.post("/oauth/token", authenticateClient, (req, res) => {
  const grantType = Object.hasOwn(grantTypes, req.body?.grant_type) && grantTypes[req.body.grant_type];
  if (!grantType) return res.status(400).json({ error: "unsupported_grant_type" });
  return grantType(req.body, res);
});

app.post("/oauth/revoke", authenticateClient, (req, res) => {
  const key = digest(req.body?.token);
  const grant = grants.refresh.get(key) ?? grants.access.get(key);
  if (grant) revoke(grant);
  res.status(200).end();
});

app.get("/api/me", (req, res) => {
  const [, token] = /^Bearer (.+)$/i.exec(req.get("authorization") ?? "") ?? [];
  const grant = grants.access.get(digest(token));
  if (!grant || grant.expiresAt <= Date.now()) {
    return res.set("WWW-Authenticate", 'Bearer error="invalid_token"').status(401).json({ error: "invalid_token" });
  }
  const { id, username, name } = grant.user;
  res.json({ id, username, name });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
