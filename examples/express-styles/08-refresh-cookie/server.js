// The access token in the body, the refresh token in an HttpOnly cookie that only /api/auth ever sees. Who somebody
// is stands in the access token alone.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import cookieParser from "cookie-parser";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900", REFRESH_TOKEN_SECONDS = "604800", NODE_ENV } = process.env;
const ACCESS_TOKEN_SECRET = process.env.ACCESS_TOKEN_SECRET ?? randomBytes(32).toString("hex");
const REFRESH_TOKEN_SECRET = process.env.REFRESH_TOKEN_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { username: "ada", roles: ["Editor"], password: bcrypt.hashSync("correct-horse-1", 10), refreshTokenId: null },
];
const cookieOptions = { httpOnly: true, secure: NODE_ENV === "production", sameSite: "strict", path: "/api/auth" };

function answerWithTokens(res, user) {
  const UserInfo = { username: user.username, roles: user.roles };
  const accessToken = jwt.sign({ UserInfo }, ACCESS_TOKEN_SECRET, { expiresIn: Number(ACCESS_TOKEN_SECONDS) });
  user.refreshTokenId = randomUUID();
  const refreshToken = jwt.sign({ username: user.username }, REFRESH_TOKEN_SECRET, {
    expiresIn: Number(REFRESH_TOKEN_SECONDS),
    jwtid: user.refreshTokenId,
  });
  res.cookie("jwt", refreshToken, { ...cookieOptions, maxAge: REFRESH_TOKEN_SECONDS * 1000 });
  res.json({ accessToken });
}

function userOfRefreshToken(req) {
  try {
    const decoded = jwt.verify(req.cookies.jwt, REFRESH_TOKEN_SECRET, { algorithms: ["HS256"] });
    return users.find((user) => user.username === decoded.username && user.refreshTokenId === decoded.jti);
  } catch {
    return undefined;
  }
}

const app = express();
app.use(express.json());
app.use(cookieParser());

app.post("/api/auth/login", async (req, res) => {
  const { user, pwd } = req.body ?? {};
  const found = users.find((person) => person.username === user);
  if (!found || !(await bcrypt.compare(String(pwd), found.password))) {
    return res.status(401).json({ message: "Invalid username or password" });
  }
  answerWithTokens(res, found);
});

app.get("/api/auth/refresh", (req, res) => {
  if (!req.cookies.jwt) return res.sendStatus(401);
  const user = userOfRefreshToken(req);
  if (!user) return res.sendStatus(403);
  answerWithTokens(res, user);
});

app.post("/api/auth/logout", (req, res) => {
  const user = userOfRefreshToken(req);
  if (user) user.refreshTokenId = null;
  res.clearCookie("jwt", cookieOptions);
  res.sendStatus(204);
});

app.get("/api/employees/me", (req, res) => {
  const token = req.headers.authorization?.split(" ")[1];
  if (!token) return res.sendStatus(401);
  jwt.verify(token, ACCESS_TOKEN_SECRET, { algorithms: ["HS256"] }, (error, decoded) => {
    if (error) return res.sendStatus(403);
    res.json(decoded.UserInfo);
  });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
