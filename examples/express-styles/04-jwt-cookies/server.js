// JWTs that live in HttpOnly cookies: a short one that opens the routes, and a long one that renews both. The refresh
// token stands beside the user, so that only the newest one is good.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import cookieParser from "cookie-parser";
import express from "express";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900", REFRESH_TOKEN_SECONDS = "864000", NODE_ENV } = process.env;
const ACCESS_TOKEN_SECRET = process.env.ACCESS_TOKEN_SECRET ?? randomBytes(32).toString("hex");
const REFRESH_TOKEN_SECRET = process.env.REFRESH_TOKEN_SECRET ?? randomBytes(32).toString("hex");

const cookieOptions = { httpOnly: true, secure: NODE_ENV === "production", sameSite: "strict" };

const users = [
  { _id: "u1", fullName: "Ada Lovelace", email: "ada@shop.example", password: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ _id, fullName, email }) => ({ _id, fullName, email });

function setTokenCookies(res, user) {
  const sign = (secret, seconds) => jwt.sign({ _id: user._id }, secret, { expiresIn: seconds, jwtid: randomUUID() });
  const [accessSeconds, refreshSeconds] = [Number(ACCESS_TOKEN_SECONDS), Number(REFRESH_TOKEN_SECONDS)];
  user.refreshToken = sign(REFRESH_TOKEN_SECRET, refreshSeconds);
  res.cookie("accessToken", sign(ACCESS_TOKEN_SECRET, accessSeconds), { ...cookieOptions, maxAge: accessSeconds * 1000 });
  res.cookie("refreshToken", user.refreshToken, { ...cookieOptions, maxAge: refreshSeconds * 1000 });
}

const app = express();
app.use(express.json());
app.use(cookieParser());

function verifyJWT(req, res, next) {
  try {
    const { _id } = jwt.verify(req.cookies.accessToken, ACCESS_TOKEN_SECRET, { algorithms: ["HS256"] });
    req.user = users.find((user) => user._id === _id);
    next();
  } catch {
    res.status(401).json({ success: false, message: "Unauthorized request" });
  }
}

app.post("/api/users/login", async (req, res) => {
  const { email = "", password = "" } = req.body ?? {};
  const user = users.find((user) => user.email === email);
  if (!user || !(await bcrypt.compare(String(password), user.password))) {
    return res.status(401).json({ success: false, message: "Invalid user credentials" });
  }
  setTokenCookies(res, user);
  res.status(200).json({ success: true, data: { user: publicUser(user) }, message: "User logged in successfully" });
});

app.post("/api/users/refresh-token", (req, res) => {
  try {
    const { _id } = jwt.verify(req.cookies.refreshToken, REFRESH_TOKEN_SECRET, { algorithms: ["HS256"] });
    const user = users.find((user) => user._id === _id);
    if (user.refreshToken !== req.cookies.refreshToken) throw new Error("used");
    setTokenCookies(res, user);
    res.status(200).json({ success: true, data: {}, message: "Access token refreshed" });
  } catch {
    res.status(401).json({ success: false, message: "Refresh token is expired or used" });
  }
});

app.post("/api/users/logout", verifyJWT, (req, res) => {
  req.user.refreshToken = undefined;
  res.clearCookie("accessToken", cookieOptions).clearCookie("refreshToken", cookieOptions);
  res.status(200).json({ success: true, data: {}, message: "User logged out" });
});

app.get("/api/users/current-user", verifyJWT, (req, res) => {
  res.status(200).json({ success: true, data: publicUser(req.user), message: "User fetched successfully" });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
