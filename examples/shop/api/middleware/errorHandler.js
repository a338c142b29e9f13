import { HttpError } from "../errors.js";

export function notFound(req, res) {
  res.status(404).json({ code: "not_found", message: "There is nothing here." });
}

const BODY_ERRORS = {
  "entity.parse.failed": [400, "malformed_json", "The request body is not valid JSON."],
  "entity.too.large": [413, "too_large", "The request body is too large."],
};

function readable(error) {
  if (error instanceof HttpError) return error;
  if (BODY_ERRORS[error.type]) return new HttpError(...BODY_ERRORS[error.type]);
  if (error.status >= 400 && error.status < 500) return new HttpError(error.status, "bad_request", "The request is not valid.");
  return undefined;
}

// Express knows an error handler by its four parameters.
export function errorHandler(error, req, res, next) {
  if (res.headersSent) return next(error);
  const known = readable(error);
  if (!known) console.error(error);
  const { status, code, message } = known ?? new HttpError(500, "internal", "Something went wrong.");
  res.status(status).json({ code, message });
}
