import { HttpError } from "../errors.js";

function readBearerToken(req) {
  const [scheme, token] = (req.get("authorization") ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer" || !token) {
    throw new HttpError(401, "token_missing", "Please sign in.");
  }
  return token;
}

function verify(tokens, token) {
  try {
    return tokens.verify(token);
  } catch (error) {
    if (error.name === "TokenExpiredError") throw new HttpError(401, "token_expired", "The token has expired.");
    throw new HttpError(401, "token_invalid", "The token is not valid.");
  }
}

/** Lets a request through only with a good `Authorization: Bearer` token; puts its payload in `req.user`. */
export function requireUser(tokens) {
  return (req, res, next) => {
    req.user = verify(tokens, readBearerToken(req));
    next();
  };
}
