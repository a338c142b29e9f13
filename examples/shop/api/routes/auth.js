import bcrypt from "bcryptjs";
import { Router } from "express";
import { HttpError } from "../errors.js";
import { optionalText, requireText } from "../validate.js";

// Compared with when nobody has the e-mail address, so that both answers take equally long.
const NOBODYS_HASH = bcrypt.hashSync("nobody", 10);

const publicUser = ({ id, name, email }) => ({ id, name, email });

function refuseLocked(user) {
  if (user.locked) throw new HttpError(423, "account_locked", "This account is locked. Write to support@shop.example.");
}

async function checkPassword(user, password) {
  const matches = await bcrypt.compare(password, user?.password_hash ?? NOBODYS_HASH);
  if (!user || !matches) throw new HttpError(401, "invalid_credentials", "Wrong e-mail or password.");
}

function readRegistration(body) {
  const registration = {
    name: requireText(body, "name"),
    email: requireText(body, "email"),
    password: requireText(body, "password"),
  };
  if (!/^[^\s@]+@[^\s@]+$/.test(registration.email)) throw new HttpError(400, "bad_request", "This is not an e-mail address.");
  if (registration.password.length < 8) throw new HttpError(400, "bad_request", "The password needs at least 8 characters.");
  return registration;
}

export function authRoutes({ db, tokens, requireUser }) {
  const router = Router();
  const findUser = (id) => db.get("SELECT * FROM users WHERE id = ?", [id]);
  const findUserByEmail = (email) => db.get("SELECT * FROM users WHERE email = ?", [email]);

  router.post("/register", async (req, res) => {
    const { name, email, password } = readRegistration(req.body);
    const passwordHash = await bcrypt.hash(password, 10);
    if (findUserByEmail(email)) throw new HttpError(409, "email_taken", "There is an account with this e-mail already.");
    const { lastInsertRowid } = db.run("INSERT INTO users (name, email, password_hash) VALUES (?, ?, ?)", [name, email, passwordHash]);
    const user = findUser(lastInsertRowid);
    res.status(201).json({ user: publicUser(user), ...tokens.issuePair(user) });
  });

  router.post("/login", async (req, res) => {
    const email = requireText(req.body, "email");
    const password = requireText(req.body, "password");
    const user = findUserByEmail(email);
    await checkPassword(user, password);
    refuseLocked(user);
    res.json({ user: publicUser(user), ...tokens.issuePair(user) });
  });

  router.post("/refresh", (req, res) => {
    const user = findUser(tokens.redeemRefreshToken(requireText(req.body, "refreshToken")) ?? null);
    if (!user) throw new HttpError(401, "invalid_refresh_token", "Please sign in again.");
    refuseLocked(user);
    res.json(tokens.issuePair(user));
  });

  router.post("/logout", requireUser, (req, res) => {
    const refreshToken = optionalText(req.body, "refreshToken");
    if (refreshToken) tokens.revokeRefreshToken(req.user.userId, refreshToken);
    else tokens.revokeAllRefreshTokens(req.user.userId);
    res.status(204).end();
  });

  router.get("/me", requireUser, (req, res) => {
    const user = findUser(req.user.userId);
    if (!user) throw new HttpError(401, "token_invalid", "This account does not exist any more.");
    res.json({ user: publicUser(user) });
  });

  return router;
}
