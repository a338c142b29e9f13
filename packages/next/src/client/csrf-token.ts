// The token that proves that a change comes from a page of this app.
import { membersOf, textOf } from "../shared/api-error.js";
import { ClientError } from "./client-error.js";
import { ask } from "./endpoints.js";

const HEADER = "x-csrf-token";

/** Fetched when it is first needed. Every answer of Crossgate may bring a newer one. */
export class CsrfToken {
  readonly #basePath: string;
  #token: string | undefined;
  #asking: Promise<string> | undefined;

  constructor(basePath: string) {
    this.#basePath = basePath;
  }

  /** The one that is known, or else what Crossgate says. */
  async current(): Promise<string> {
    return this.#token ?? this.renew();
  }

  /** Asks for it. Who asks meanwhile gets the same answer. */
  async renew(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Takes the one that an answer of our own origin brings. */
  learn(headers: Headers): void {
    this.#token = headers.get(HEADER) ?? this.#token;
  }

  /** Forgets it: somebody signed in or out. */
  forget(): void {
    this.#token = undefined;
  }

  async #ask(): Promise<string> {
    const { body } = await ask(this.#basePath, "csrf");
    const token = textOf(membersOf(body)["csrfToken"]);
    if (token === undefined) throw new ClientError("answer_invalid", "there is no CSRF token in the answer");
    return (this.#token = token);
  }
}

/** Puts it into a request. */
export function withToken(request: Request, token: string): Request {
  const headers = new Headers(request.headers);
  headers.set(HEADER, token);
  return new Request(request, { headers });
}
