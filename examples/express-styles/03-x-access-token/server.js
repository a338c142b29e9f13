// `x-access-token`, as the well-known tutorials of the MEAN and MERN years have it, with their refresh tokens: one row
// each, an expiry date, and the same refresh token again in the answer.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express4";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "3600", REFRESH_TOKEN_SECONDS = "86400" } = process.env;
const secret = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  {
    id: 1,
    username: "ada",
    email: "ada@shop.example",
    password: bcrypt.hashSync("correct-horse-1", 8),
    roles: ["ROLE_USER"],
  },
];
const refreshTokens = new Map();

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: true }));

function sign(userId) {
  return jwt.sign({ id: userId }, secret, { algorithm: "HS256", expiresIn: Number(ACCESS_TOKEN_SECONDS) });
}

function verifyToken(req, res, next) {
  const token = req.headers["x-access-token"];
  if (!token) return res.status(403).send({ message: "No token provided!" });
  jwt.verify(token, secret, { algorithms: ["HS256"] }, (err, decoded) => {
    if (err instanceof jwt.TokenExpiredError) {
      return res.status(401).send({ message: "Unauthorized! Access Token was expired!" });
    }
    if (err) return res.status(401).send({ message: "Unauthorized!" });
    req.userId = decoded.id;
    next();
  });
}

app.post("/api/auth/signin", (req, res) => {
  const user = users.find((user) => user.username === req.body.username);
  if (!user) return res.status(404).send({ message: "User Not found." });
  if (!bcrypt.compareSync(String(req.body.password), user.password)) {
    return res.status(401).send({ accessToken: null, message: "Invalid Password!" });
  }
  const refreshToken = randomUUID();
  refreshTokens.set(refreshToken, { userId: user.id, expiryDate: Date.now() + REFRESH_TOKEN_SECONDS * 1000 });
  const { id, username, email, roles } = user;
  res.status(200).send({ id, username, email, roles, accessToken: sign(id), refreshToken });
});

app.post("/api/auth/refreshtoken", (req, res) => {
  const { refreshToken } = req.body;
  if (!refreshToken) return res.status(403).json({ message: "Refresh Token is required!" });
  const row = refreshTokens.get(refreshToken);
  if (!row) return res.status(403).json({ message: "Refresh token is not in database!" });
  if (row.expiryDate < Date.now()) {
    refreshTokens.delete(refreshToken);
    return res.status(403).json({ message: "Refresh token was expired. Please make a new signin request" });
  }
  res.status(200).json({ accessToken: sign(row.userId), refreshToken });
});

app.post("/api/auth/logout", (req, res) => {
  refreshTokens.delete(req.body.refreshToken);
  res.status(200).send({ message: "You've been signed out!" });
});

app.get("/api/users/me", verifyToken, (req, res) => {
  const { id, username, email, roles } = users.find((user) => user.id === req.userId);
  res.status(200).send({ id, username, email, roles });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
