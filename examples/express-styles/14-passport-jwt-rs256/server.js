// passport-jwt with RS256 and a key pair. The answer of the login has "Bearer " in front of the token and the lifetime
// as a text, as the tutorials for it have.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express4";
import jwt from "jsonwebtoken";
import passport from "passport";
import { ExtractJwt, Strategy as JwtStrategy } from "passport-jwt";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "86400" } = process.env;
const pem = { type: "pkcs8", format: "pem" };
const { publicKey: PUB_KEY, privateKey: PRIV_KEY } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { ...pem, type: "spki" },
  privateKeyEncoding: pem,
});

const users = [
  { _id: "64b7f0c2a1", username: "ada", role: "editor", hash: bcrypt.hashSync("correct-horse-1", 10) },
];
const loggedOut = new Set();

const options = {
  jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
  secretOrKey: PUB_KEY,
  algorithms: ["RS256"],
};
passport.use(
  new JwtStrategy(options, (payload, done) => {
    const user = users.find((user) => user._id === payload.sub);
    if (!user || loggedOut.has(payload.jti)) return done(null, false);
    done(null, user, payload);
  }),
);

function issueJWT(user) {
  const expiresIn = `${ACCESS_TOKEN_SECONDS}s`;
  const signed = jwt.sign({ sub: user._id, jti: randomUUID() }, PRIV_KEY, { expiresIn, algorithm: "RS256" });
  return { token: `Bearer ${signed}`, expires: expiresIn };
}

const app = express();
app.use(express.json());
app.use(passport.initialize());
const requireJwt = passport.authenticate("jwt", { session: false });

app.post("/users/login", async (req, res) => {
  const user = users.find((user) => user.username === req.body.username);
  if (!user) return res.status(401).json({ success: false, msg: "could not find user" });
  if (!(await bcrypt.compare(String(req.body.password), user.hash))) {
    return res.status(401).json({ success: false, msg: "you entered the wrong password" });
  }
  const { token, expires } = issueJWT(user);
  const { _id, username, role } = user;
  res.status(200).json({ success: true, user: { _id, username, role }, token, expiresIn: expires });
});

app.get("/users/protected", requireJwt, (req, res) => {
  res.status(200).json({ success: true, msg: `You are ${req.user.username}` });
});

app.get("/users/logout", requireJwt, (req, res) => {
  loggedOut.add(req.authInfo.jti);
  res.status(200).json({ success: true });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
