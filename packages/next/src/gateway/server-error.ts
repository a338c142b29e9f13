// What can go wrong on the app's server, each with a code that never changes its meaning.

/** Every code that a {@link ServerError} can have. The list is closed; new ones may be added in a minor version. */
export type ServerErrorCode =
  | "not_signed_in"
  | "path_refused"
  | "loop_detected"
  | "key_set_unavailable"
  | "gateway_unavailable"
  | "api_unreachable"
  | "api_address_refused"
  | "configuration_invalid";

interface Description {
  readonly status: 400 | 401 | 500 | 502 | 503 | 508;
  /** For whoever called: it says nothing about the inside. */
  readonly message: string;
}

const NOT_NOW = "This cannot be checked at the moment. Please try again in a few seconds.";
const OUR_FAULT = "Something went wrong.";
const RETRY_AFTER_SECONDS = "5";

const DESCRIPTIONS: Readonly<Record<ServerErrorCode, Description>> = {
  not_signed_in: { status: 401, message: "Please sign in." },
  path_refused: { status: 400, message: "This address is not valid." },
  loop_detected: { status: 508, message: OUR_FAULT },
  key_set_unavailable: { status: 503, message: NOT_NOW },
  gateway_unavailable: { status: 503, message: NOT_NOW },
  api_unreachable: { status: 502, message: "The server behind this page does not answer." },
  api_address_refused: { status: 500, message: OUR_FAULT },
  configuration_invalid: { status: 500, message: OUR_FAULT },
};

/** A request that may not go on, an outage, or a mistake in how this package is used. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** Which one it is. */
  readonly code: ServerErrorCode;
  /** The HTTP status that says so. */
  readonly status: number;
  /** A sentence for whoever called. `message` is for whoever runs the app. */
  readonly publicMessage: string;

  /**
   * @param code Which one.
   * @param reason What was found, for a developer. Never a token, a cookie or something that the caller wrote.
   */
  constructor(code: ServerErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
    this.status = DESCRIPTIONS[code].status;
    this.publicMessage = DESCRIPTIONS[code].message;
  }

  /** What the caller gets, in the shape of Crossgate's own refusals. */
  toJSON(): { error: ServerErrorCode; message: string } {
    return { error: this.code, message: this.publicMessage };
  }

  /** The answer of a route handler: status and JSON, kept by no cache; with `Retry-After` where it is an outage. */
  toResponse(): Response {
    const headers = { "Cache-Control": "no-store", ...(this.status === 503 && { "Retry-After": RETRY_AFTER_SECONDS }) };
    return Response.json(this, { status: this.status, headers });
  }
}

/** A `configuration_invalid`. */
export function invalid(reason: string): ServerError {
  return new ServerError("configuration_invalid", reason);
}
