// Asks Crossgate whether a token still counts.
import { CrossgateError, type CrossgateErrorCode } from "./errors.js";
import type { GatewayAnswer, GatewayClient } from "./gateway-client.js";

/** Who this API is at Crossgate: `[api.client]` of its configuration. */
export interface ApiClient {
  /** `id` in `[api.client]`. */
  readonly id: string;
  /** `secret` in `[api.client]`. */
  readonly secret: string;
}

/** Token introspection (RFC 7662). */
export class Introspection {
  readonly #client: GatewayClient;
  readonly #authorization: string;

  constructor(client: GatewayClient, { id, secret }: ApiClient) {
    this.#client = client;
    const credentials = `${formEncoded(id)}:${formEncoded(secret)}`;
    this.#authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }

  /**
   * Whether the token still counts. Asked anew each time, and by nobody together: an answer that was under way before
   * the question may be older than a sign-out.
   *
   * @throws {@link CrossgateError} `introspection_unavailable` or `introspection_refused` where it does not become known.
   */
  async isActive(token: string): Promise<boolean> {
    const answer = await this.#ask(token);
    if (answer.status === 200) return activeIn(answer.body);
    if (answer.status >= 500 || answer.status === 429) throw failed("introspection_unavailable", `status ${answer.status}`);
    throw failed("introspection_refused", `status ${answer.status}; fix: compare client with [api.client] in Crossgate's configuration`);
  }

  #ask(token: string): Promise<GatewayAnswer> {
    const headers = { authorization: this.#authorization, "content-type": "application/x-www-form-urlencoded" };
    const body = `token=${formEncoded(token)}`;
    return this.#client.ask({ method: "POST", path: "/api/auth/introspect", headers, body }).catch((error: Error) => {
      throw failed("introspection_unavailable", error.message);
    });
  }
}

/** The encoding of forms, which Basic wants too (RFC 6749 §2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function activeIn(body: string): boolean {
  const active = parsed(body)?.active;
  if (typeof active !== "boolean") throw failed("introspection_unavailable", "the answer does not say it");
  return active;
}

function parsed(body: string): { active?: unknown } | null {
  try {
    return JSON.parse(body) as { active?: unknown } | null;
  } catch {
    return null;
  }
}

function failed(code: CrossgateErrorCode, reason: string): CrossgateError {
  return new CrossgateError(code, `Crossgate does not say whether the token still counts: ${reason}`);
}
