// Everything is 200; whether it worked says `success`.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { userId: 1, userName: "Ada Lovelace", mobile: "+441815", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ userId, userName, mobile }) => ({ userId, userName, mobile });
const loggedOut = new Set();

const app = express();
app.use(express.json());

const ok = (res, message, data) => res.json({ success: true, message, data });
const fail = (res, message, errorCode) => res.json({ success: false, message, errorCode });

function checkToken(req, res, next) {
  const token = req.get("authorization")?.split(" ")[1];
  if (!token) return fail(res, "Auth token is not supplied", "NO_TOKEN");
  jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] }, (error, decoded) => {
    if (error || loggedOut.has(decoded.jti)) return fail(res, "Token is not valid", "BAD_TOKEN");
    req.decoded = decoded;
    next();
  });
}

app.post("/api/login", async (req, res) => {
  const { mobile, password } = req.body ?? {};
  const user = users.find((user) => user.mobile === mobile);
  if (!user || !(await bcrypt.compare(String(password), user.passwordHash))) {
    return fail(res, "Incorrect mobile or password", "LOGIN_FAILED");
  }
  const options = { expiresIn: Number(ACCESS_TOKEN_SECONDS), jwtid: randomUUID() };
  const token = jwt.sign({ userId: user.userId }, JWT_SECRET, options);
  ok(res, "Authentication successful!", { user: publicUser(user), token });
});

app.post("/api/profile", checkToken, (req, res) => {
  ok(res, "Profile", publicUser(users.find((user) => user.userId === req.decoded.userId)));
});

app.post("/api/logout", checkToken, (req, res) => {
  loggedOut.add(req.decoded.jti);
  ok(res, "Logged out");
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
