// A refusal of the API, or of Crossgate in front of it.

/** Codes of Crossgate that calls to an API can meet; `docs/reference/error-codes.md` says what each one means. */
export type GatewayCode =
  | "bad_target"
  | "body_too_large"
  | "body_too_slow"
  | "method_not_allowed"
  | "not_found"
  | "not_signed_in"
  | "session_ended"
  | "token_expired"
  | "token_unavailable"
  | "forbidden"
  | "csrf_missing"
  | "csrf_invalid"
  | "csrf_origin"
  | "wrong_host"
  | "store_unavailable"
  | "upstream_unreachable"
  | "upstream_timeout"
  | "upstream_invalid"
  | "busy"
  | "internal";

/** Every code of Crossgate, for a `switch` that leaves none out. The list is closed; a later version may add to it. */
export type CrossgateErrorCode =
  | GatewayCode
  | "bad_framing"
  | "head_too_large"
  | "malformed_body"
  | "unsupported_media_type"
  | "unknown_transport"
  | "invalid_credentials"
  | "account_locked"
  | "too_many_attempts"
  | "missing_field"
  | "second_step"
  | "second_step_expired"
  | "sign_in_unavailable"
  | "sign_in_misconfigured"
  | "sign_in_not_begun_here"
  | "sign_in_expired"
  | "provider_denied"
  | "provider_refused"
  | "provider_unavailable"
  | "provider_invalid"
  | "provider_misconfigured"
  | "account_refused"
  | "link_refused"
  | "logout_token_invalid"
  | "invalid_client"
  | "claims_unavailable";

/** A code of Crossgate, also one of a later version, or `api_refused`: the API itself said no. */
export type ApiErrorCode = CrossgateErrorCode | "api_refused" | (string & {});

/** What an answer said about its refusal. */
export interface ApiErrorDetails {
  /** The HTTP status. */
  readonly status: number;
  readonly code: ApiErrorCode;
  /** A sentence for people: Crossgate's or the API's, where it gave one. */
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly hint?: string | undefined;
  readonly reason?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly apiCode?: string | undefined;
  readonly response: Response;
}

/** A call that was answered with a status from 400 up. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status. */
  readonly status: number;
  /** Crossgate's code; `api_refused` where the API itself said no. */
  readonly code: ApiErrorCode;
  /** Names the request in Crossgate's log and in the API's, if it writes `X-Request-Id` down. */
  readonly requestId: string | undefined;
  /** For a developer, with some codes of Crossgate: what to change. */
  readonly hint: string | undefined;
  /** With `session_ended`: why it ended, where that is known. */
  readonly reason: string | undefined;
  /** After how many seconds trying again makes sense, where the answer says so. */
  readonly retryAfter: number | undefined;
  /** The API's own code, where its answer has one at `code`, `error` or `error.code`. */
  readonly apiCode: string | undefined;
  /** The answer. Its body is still unread. */
  readonly response: Response;

  constructor(details: ApiErrorDetails) {
    super(details.message);
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.hint = details.hint;
    this.reason = details.reason;
    this.retryAfter = details.retryAfter;
    this.apiCode = details.apiCode;
    this.response = details.response;
  }

  /** Reads what an answer says about its refusal. */
  static async from(response: Response): Promise<ApiError> {
    const body = membersOf(await response.clone().json().catch(() => undefined));
    return new ApiError({
      status: response.status,
      requestId: response.headers.get("x-request-id") ?? textOf(body["request_id"]),
      retryAfter: secondsOf(response.headers.get("retry-after")),
      response,
      ...(isOfGateway(body) ? fromGateway(body) : fromApi(body, response.status)),
    });
  }
}

type Members = Readonly<Record<string, unknown>>;
type Said = Pick<ApiErrorDetails, "code" | "message" | "hint" | "reason" | "apiCode">;

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Crossgate's refusals have all three. */
function isOfGateway(body: Members): boolean {
  return [body["error"], body["message"], body["request_id"]].every((member) => textOf(member) !== undefined);
}

function fromGateway(body: Members): Said {
  const [code, message] = [String(body["error"]), String(body["message"])];
  return { code, message, hint: textOf(body["hint"]), reason: textOf(body["reason"]) };
}

/** The places where Crossgate looks at a login's answer too. */
function fromApi(body: Members, status: number): Said {
  const inner = membersOf(body["error"]);
  const message = [body["message"], inner["message"], body["detail"]].map(textOf).find(Boolean);
  const apiCode = [body["code"], inner["code"], body["error"]].map(textOf).find(Boolean);
  return { code: "api_refused", message: message ?? `The API answered ${status}.`, apiCode };
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const moment = Date.parse(retryAfter);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
