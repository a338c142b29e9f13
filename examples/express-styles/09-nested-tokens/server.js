// The shape of a popular Express boilerplate: /v1, `tokens.access.token` with its expiry as a date, passport-jwt, and
// a refresh whose answer lacks the envelope of the login.
import { randomBytes, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express4";
import jwt from "jsonwebtoken";
import passport from "passport";
import { ExtractJwt, Strategy as JwtStrategy } from "passport-jwt";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "1800", REFRESH_TOKEN_SECONDS = "2592000" } = process.env;
const secret = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  {
    id: "5ebac534954b54139806c112",
    email: "ada@shop.example",
    name: "Ada Lovelace",
    role: "user",
    password: bcrypt.hashSync("correct-horse-1", 8),
  },
];
const publicUser = ({ id, email, name, role }) => ({ role, isEmailVerified: false, email, name, id });
const storedTokens = new Set();

function generateToken(user, type, seconds) {
  const expires = new Date(Date.now() + seconds * 1000);
  const payload = { sub: user.id, exp: Math.floor(expires / 1000), type, jti: randomUUID() };
  return { token: jwt.sign(payload, secret), expires };
}

function generateAuthTokens(user) {
  const tokens = {
    access: generateToken(user, "access", Number(ACCESS_TOKEN_SECONDS)),
    refresh: generateToken(user, "refresh", Number(REFRESH_TOKEN_SECONDS)),
  };
  storedTokens.add(tokens.refresh.token);
  return tokens;
}

const jwtOptions = { secretOrKey: secret, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), algorithms: ["HS256"] };
passport.use(
  new JwtStrategy(jwtOptions, (payload, done) => {
    if (payload.type !== "access") return done(null, false);
    done(null, users.find((user) => user.id === payload.sub) ?? false);
  }),
);
const pleaseAuthenticate = (res) => res.status(401).send({ code: 401, message: "Please authenticate" });
const auth = (req, res, next) =>
  passport.authenticate("jwt", { session: false }, (error, user) => {
    if (error || !user) return pleaseAuthenticate(res);
    req.user = user;
    next();
  })(req, res, next);

const app = express();
app.use(express.json());

app.post("/v1/auth/login", async (req, res) => {
  const user = users.find((user) => user.email === req.body.email);
  if (!user || !(await bcrypt.compare(String(req.body.password), user.password))) {
    return res.status(401).send({ code: 401, message: "Incorrect email or password" });
  }
  res.send({ user: publicUser(user), tokens: generateAuthTokens(user) });
});

app.post("/v1/auth/refresh-tokens", (req, res) => {
  const { refreshToken } = req.body;
  if (!storedTokens.delete(refreshToken)) return pleaseAuthenticate(res);
  const { sub } = jwt.verify(refreshToken, secret, { algorithms: ["HS256"] });
  res.send(generateAuthTokens(users.find((user) => user.id === sub)));
});

app.post("/v1/auth/logout", (req, res) => {
  if (!storedTokens.delete(req.body.refreshToken)) return res.status(404).send({ code: 404, message: "Not found" });
  res.status(204).send();
});

app.get("/v1/users/:userId", auth, (req, res) => {
  if (req.user.id !== req.params.userId) return res.status(403).send({ code: 403, message: "Forbidden" });
  res.send(publicUser(req.user));
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
