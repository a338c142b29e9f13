// The token of a request.
import type { IncomingMessage } from "node:http";
import { CrossgateError } from "./errors.js";

const SCHEME = "bearer";

/**
 * The bearer token of a request (RFC 6750 §2.1), not judged in any way. Without one it is `undefined`, also where there
 * is an `Authorization` of another scheme.
 *
 * @throws {@link CrossgateError} `authorization_malformed` where there is more than one `Authorization`, or no token.
 */
export function bearerToken(request: IncomingMessage): string | undefined {
  const value = request.headers.authorization;
  if (value === undefined) return undefined;
  if (hasSecondAuthorization(request.rawHeaders)) throw malformed("more than one Authorization header");
  const space = value.indexOf(" ");
  const scheme = space < 0 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== SCHEME) return undefined;
  const token = space < 0 ? "" : value.slice(space + 1);
  if (token === "") throw malformed("no token in the Authorization header");
  return token;
}

/** Node keeps the first of several in `headers` and says nothing, so what was sent is counted. */
function hasSecondAuthorization(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 13 && name.toLowerCase() === "authorization") count += 1;
  }
  return count > 1;
}

function malformed(reason: string): CrossgateError {
  return new CrossgateError("authorization_malformed", reason);
}
