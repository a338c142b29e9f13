import { createHash, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";

const REFRESH_TOKEN_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

// Only the hash is stored: who reads the table cannot use what is in it.
const hash = (token) => createHash("sha256").update(token).digest("hex");

/** jsonwebtoken reads a string of digits as milliseconds; people who write 900 mean seconds. */
const parseLifetime = (text) => (/^\d+$/.test(text) ? Number(text) : text);

/** Issues and checks the API's tokens. */
export function createTokens({ db, secret, expiresIn }) {
  const lifetime = parseLifetime(expiresIn);

  const issueAccessToken = (user) =>
    jwt.sign({ userId: user.id, email: user.email }, secret, { algorithm: "HS256", expiresIn: lifetime });

  const issueRefreshToken = (user) => {
    const token = randomBytes(32).toString("base64url");
    const expiresAt = Date.now() + REFRESH_TOKEN_DAYS * DAY_MS;
    db.run("INSERT INTO refresh_tokens (token_hash, user_id, expires_at) VALUES (?, ?, ?)", [hash(token), user.id, expiresAt]);
    return token;
  };

  return {
    /** Throws jsonwebtoken's errors where the token is wrong or too old. */
    verify: (token) => jwt.verify(token, secret, { algorithms: ["HS256"] }),

    issuePair: (user) => ({ token: issueAccessToken(user), refreshToken: issueRefreshToken(user) }),

    /** Uses a refresh token up and returns whose it was; undefined where it is not (or no longer) good. */
    redeemRefreshToken(token) {
      const row = db.get("DELETE FROM refresh_tokens WHERE token_hash = ? RETURNING user_id, expires_at", [hash(token)]);
      return row && row.expires_at > Date.now() ? row.user_id : undefined;
    },

    revokeRefreshToken: (userId, token) =>
      db.run("DELETE FROM refresh_tokens WHERE user_id = ? AND token_hash = ?", [userId, hash(token)]),

    revokeAllRefreshTokens: (userId) => db.run("DELETE FROM refresh_tokens WHERE user_id = ?", [userId]),
  };
}
