// passport-local and express-session: `connect.sid`, sessions in memory that slide with every request.
import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import express from "express";
import session from "express-session";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";

const { PORT = "4000", SESSION_SECONDS = "3600", NODE_ENV } = process.env;
const SESSION_SECRET = process.env.SESSION_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: 1, name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const publicUser = ({ id, name, email }) => ({ id, name, email });

passport.use(
  new LocalStrategy({ usernameField: "email" }, async (email, password, done) => {
    const user = users.find((user) => user.email === email);
    if (!user || !(await bcrypt.compare(password, user.passwordHash))) {
      return done(null, false, { message: "Incorrect email or password." });
    }
    done(null, user);
  }),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, users.find((user) => user.id === id) ?? false));

const app = express();
app.set("trust proxy", 1);
app.use(express.json());
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { maxAge: SESSION_SECONDS * 1000, httpOnly: true, sameSite: "lax", secure: NODE_ENV === "production" },
  }),
);
app.use(passport.session());

function ensureLoggedIn(req, res, next) {
  if (req.isAuthenticated()) return next();
  res.status(401).json({ message: "Please log in." });
}

app.post("/api/login", (req, res, next) => {
  passport.authenticate("local", (error, user, info) => {
    if (error) return next(error);
    if (!user) return res.status(401).json({ message: info.message });
    req.logIn(user, (error) => (error ? next(error) : res.json({ user: publicUser(user) })));
  })(req, res, next);
});

app.get("/api/me", ensureLoggedIn, (req, res) => {
  res.json({ user: publicUser(req.user) });
});

app.post("/api/logout", (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.json({ message: "Logged out." })));
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
