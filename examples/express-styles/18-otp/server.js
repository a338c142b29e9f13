// A second step: whoever has it switched on is asked for a code that was just sent, before there is a token.
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const passwordHash = bcrypt.hashSync("correct-horse-1", 10);
const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", otpEnabled: true, passwordHash },
  { id: 2, name: "Grace Hopper", email: "grace@shop.example", otpEnabled: false, passwordHash },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });
const challenges = new Map();
const loggedOut = new Set();

const app = express();
app.use(express.json());

function answerSignedIn(res, user) {
  const options = { subject: String(user.id), expiresIn: Number(ACCESS_TOKEN_SECONDS), jwtid: randomUUID() };
  res.json({ user: publicUser(user), token: jwt.sign({}, JWT_SECRET, options) });
}

function sendCode(email, code) {
  // A mailer would be here.
  console.log(`To ${email}: your code is ${code}`);
}

function authenticate(req, res, next) {
  try {
    const token = (req.get("authorization") ?? "").replace(/^Bearer /, "");
    req.token = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    if (loggedOut.has(req.token.jti)) throw new Error("logged out");
    next();
  } catch {
    res.status(401).json({ message: "Unauthorized" });
  }
}

app.post("/api/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return res.status(401).json({ message: "Wrong email or password." });
  }
  if (!user.otpEnabled) return answerSignedIn(res, user);
  const [otpToken, code] = [randomUUID(), String(randomInt(1e6)).padStart(6, "0")];
  challenges.set(otpToken, { user, code, triesLeft: 3, expiresAt: Date.now() + 5 * 60_000 });
  sendCode(email, code);
  res.json({ otpRequired: true, otpToken });
});

app.post("/api/login/otp", (req, res) => {
  const { otpToken, code } = req.body ?? {};
  const challenge = challenges.get(otpToken);
  if (!challenge || challenge.expiresAt < Date.now() || challenge.triesLeft === 0) {
    challenges.delete(otpToken);
    return res.status(410).json({ message: "This sign-in has expired. Start again." });
  }
  challenge.triesLeft -= 1;
  if (code !== challenge.code) return res.status(401).json({ message: "Wrong code." });
  challenges.delete(otpToken);
  answerSignedIn(res, challenge.user);
});

app.get("/api/me", authenticate, (req, res) => {
  res.json(publicUser(users.find((user) => user.id === Number(req.token.sub))));
});

app.post("/api/logout", authenticate, (req, res) => {
  loggedOut.add(req.token.jti);
  res.status(204).end();
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
