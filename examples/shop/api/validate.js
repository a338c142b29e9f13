import { HttpError } from "./errors.js";

const bad = (message) => new HttpError(400, "bad_request", message);

/** The text in `body[field]`, or a 400 that says what is missing. */
export function requireText(body, field, { max = 200 } = {}) {
  const value = body?.[field];
  if (typeof value !== "string" || value.trim() === "") throw bad(`Field "${field}" is required.`);
  if (value.length > max) throw bad(`Field "${field}" may have at most ${max} characters.`);
  return value;
}

/** The text in `body[field]`, or "" where it is left out. */
export function optionalText(body, field, options) {
  return body?.[field] === undefined ? "" : requireText(body, field, options);
}

/** A whole number between `min` and `max`, or a 400. */
export function requireInteger(value, field, { min = 1, max = Number.MAX_SAFE_INTEGER } = {}) {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw bad(`Field "${field}" must be a whole number from ${min} to ${max}.`);
}

/** The id in a path, or null where it cannot be one (answered like an unknown id). */
export function parseId(text) {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
