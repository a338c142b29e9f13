// What can go wrong in the browser that no status of an answer says.

/** Every code that a {@link ClientError} can have. The list is closed; new ones may be added in a minor version. */
export type ClientErrorCode = "network" | "address_refused" | "answer_invalid" | "sign_out_refused";

/**
 * There is no answer, none that can be understood, or none that did what was asked.
 *
 * - `network`: nobody answered. Trying again may help.
 * - `address_refused`: a mistake in the app; see the message.
 * - `answer_invalid`: what answered is not Crossgate.
 * - `sign_out_refused`: Crossgate did not take the page's token, and the session goes on. Trying again may help.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** Which one it is. */
  readonly code: ClientErrorCode;

  /**
   * @param code Which one.
   * @param reason What was found, for a developer.
   */
  constructor(code: ClientErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}

/** `fetch`, whose one error for "no answer" becomes a `network`. An abort stays what it is. */
export async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    throw cause instanceof TypeError ? new ClientError("network", "there is no answer", { cause }) : cause;
  }
}

/** The JSON of an answer, where it is some. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ClientError("answer_invalid", "the answer is no JSON; does Crossgate stand in front of this app?", { cause });
  }
}
