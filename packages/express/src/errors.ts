// What can go wrong, each with a code that never changes its meaning.

/** Every code that an error of this package can have. The list is closed; new ones may be added in a minor version. */
export type CrossgateErrorCode =
  | "authorization_malformed"
  | "not_signed_in"
  | "token_invalid"
  | "token_expired"
  | "session_ended"
  | "forbidden"
  | "key_set_unavailable"
  | "introspection_unavailable"
  | "introspection_refused"
  | "identity_missing"
  | "options_invalid";

interface Description {
  readonly status: 400 | 401 | 403 | 500 | 503;
  /** For whoever called: it says nothing about the inside. */
  readonly message: string;
  /** The error code of RFC 6750 §3.1, `null` for a challenge without one, absent where there is no challenge. */
  readonly challenge?: string | null;
}

const NOT_NOW = "This cannot be checked at the moment. Please try again in a few seconds.";
const OUR_FAULT = "Something went wrong.";

const DESCRIPTIONS: Readonly<Record<CrossgateErrorCode, Description>> = {
  authorization_malformed: {
    status: 400,
    message: "The request must have one Authorization header with one token.",
    challenge: "invalid_request",
  },
  // Whoever sent nothing is told no error (RFC 6750 §3.1).
  not_signed_in: { status: 401, message: "Please sign in.", challenge: null },
  token_invalid: { status: 401, message: "Please sign in again.", challenge: "invalid_token" },
  token_expired: { status: 401, message: "Please sign in again.", challenge: "invalid_token" },
  session_ended: { status: 401, message: "The session has ended. Please sign in again.", challenge: "invalid_token" },
  forbidden: { status: 403, message: "You may not do this.", challenge: "insufficient_scope" },
  key_set_unavailable: { status: 503, message: NOT_NOW },
  introspection_unavailable: { status: 503, message: NOT_NOW },
  introspection_refused: { status: 500, message: OUR_FAULT },
  identity_missing: { status: 500, message: OUR_FAULT },
  options_invalid: { status: 500, message: OUR_FAULT },
};

const RETRY_AFTER_SECONDS = "5";

/**
 * A request that may not go on, or a mistake in how this package is used.
 *
 * It has what Express and its error handlers look at: `status`, `statusCode`, `headers` and `expose`.
 */
export class CrossgateError extends Error {
  override readonly name = "CrossgateError";
  /** Which one it is. */
  readonly code: CrossgateErrorCode;
  /** The HTTP status that says so. */
  readonly status: number;
  /** The same as `status`, under the other name that error handlers look for. */
  readonly statusCode: number;
  /** The headers that belong to an answer with this status: `WWW-Authenticate`, `Retry-After`, `Cache-Control`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `publicMessage` is meant for the caller, as `http-errors` has it. */
  readonly expose: boolean;
  /** A sentence for whoever called. `message` is for whoever runs the API. */
  readonly publicMessage: string;

  /**
   * @param code Which one.
   * @param reason What was found, for a developer. Never a token, a secret or something that the caller wrote.
   */
  constructor(code: CrossgateErrorCode, reason: string) {
    super(reason);
    const { status, message } = DESCRIPTIONS[code];
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.expose = status !== 500;
    this.publicMessage = message;
    this.headers = headersOf(DESCRIPTIONS[code], reason);
  }

  /** What the caller gets, in the shape of Crossgate's own refusals. */
  toJSON(): { error: CrossgateErrorCode; message: string } {
    return { error: this.code, message: this.publicMessage };
  }
}

function headersOf({ status, challenge }: Description, reason: string): Record<string, string> {
  return {
    "Cache-Control": "no-store",
    ...(challenge !== undefined && { "WWW-Authenticate": challengeOf(challenge, reason) }),
    ...(status === 503 && { "Retry-After": RETRY_AFTER_SECONDS }),
  };
}

/** A challenge of RFC 6750 §3. The description is for a developer, so it is the reason. */
function challengeOf(error: string | null, reason: string): string {
  if (error === null) return "Bearer";
  return `Bearer error="${error}", error_description="${reason.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"`;
}
