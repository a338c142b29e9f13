// What the developer wrote, checked once, when the API starts.
import { CrossgateError } from "./errors.js";
import type { ApiClient } from "./introspection.js";

/** Settings of {@link crossgate}. */
export interface CrossgateOptions {
  /** `public_url` of Crossgate's configuration, which its tokens name as `iss`: `https://shop.example.com`. */
  readonly issuer: string;
  /** `audience` in `[api.issued]`; without that key the origin of the API's `url`. */
  readonly audience: string;
  /** Where the API reaches Crossgate, if not under `issuer`: `http://10.0.0.5:8080`. */
  readonly internalUrl?: string | undefined;
  /** With `algorithm = "HS256"` in `[api.issued]`: the secret there. In place of Crossgate's key set. */
  readonly secret?: string | undefined;
  /** `[api.client]` of Crossgate's configuration. Needed where a route has `introspect`. */
  readonly client?: ApiClient | undefined;
  /** Which claim `requireRole` looks at: a name or a JSON Pointer, default `"role"`. A list is fine. */
  readonly roleClaim?: string | undefined;
  /** For how many seconds a token still counts after its end, because clocks differ: 0 to 60, default 5. */
  readonly clockTolerance?: number | undefined;
  /** How many verified tokens are remembered, default 10,000; 0 for none. */
  readonly rememberedTokens?: number | undefined;
  /**
   * What happens to a request that may not go on: `"answer"` (default) answers it with status and JSON, `"next"` hands a
   * {@link CrossgateError} to the error handlers of the app.
   */
  readonly errors?: "answer" | "next" | undefined;
  /** The time in milliseconds since 1970, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Options with their defaults. */
export interface Settings {
  readonly issuer: string;
  readonly audience: string;
  readonly internalUrl: string | undefined;
  readonly secret: Uint8Array | undefined;
  readonly client: ApiClient | undefined;
  readonly roleClaim: string;
  readonly clockTolerance: number;
  readonly rememberedTokens: number;
  readonly errors: "answer" | "next";
  readonly now: () => number;
}

/** @throws {@link CrossgateError} `options_invalid`, with what to write instead. */
export function checkOptions(options: CrossgateOptions): Settings {
  const { issuer, audience, internalUrl, client, roleClaim = "role", errors = "answer", now = Date.now } = options;
  checkIssuer(issuer);
  if (!isText(audience)) throw invalid("audience is missing; fix: the audience in [api.issued], or the origin of the API's url there");
  if (internalUrl !== undefined && originOf(internalUrl) !== internalUrl) {
    throw invalid("internalUrl is no address; fix: only scheme, host and port, such as http://10.0.0.5:8080");
  }
  if (client !== undefined && !(isText(client.id) && isText(client.secret))) {
    throw invalid("client has no id or no secret; fix: write both as in [api.client] of Crossgate's configuration");
  }
  if (errors !== "answer" && errors !== "next") throw invalid('errors is unknown; fix: "answer" or "next"');
  return { issuer, audience, internalUrl, client, roleClaim, errors, now, ...numbersIn(options), secret: secretIn(options) };
}

function numbersIn({ clockTolerance = 5, rememberedTokens = 10_000 }: CrossgateOptions) {
  if (!(clockTolerance >= 0 && clockTolerance <= 60)) throw invalid("clockTolerance must be from 0 to 60 seconds");
  if (!(Number.isSafeInteger(rememberedTokens) && rememberedTokens >= 0)) {
    throw invalid("rememberedTokens must be a whole number");
  }
  return { clockTolerance, rememberedTokens };
}

/** An empty secret is most often a variable that is not set: it must not turn into the key set without a word. */
function secretIn(options: CrossgateOptions): Uint8Array | undefined {
  if (options.secret === undefined && !("secret" in options)) return undefined;
  if (!isText(options.secret)) throw invalid("secret is empty; fix: the secret in [api.issued], or leave it out with ES256");
  return new TextEncoder().encode(options.secret);
}

/** It is compared with `iss` character by character, and the key set is fetched from there. */
function checkIssuer(issuer: string): void {
  const origin = isText(issuer) ? originOf(issuer) : undefined;
  if (origin === undefined) throw invalid("issuer is no address; fix: public_url of Crossgate's configuration");
  if (origin !== issuer) throw invalid(`issuer must be an origin; fix: write ${origin}`);
  const { protocol, hostname } = new URL(issuer);
  if (protocol === "http:" && !isLoopback(hostname)) {
    throw invalid("issuer must be https, except on loopback; fix: https here, and http in internalUrl on a private network");
  }
}

function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol } = new URL(text);
  return protocol === "https:" || protocol === "http:" ? origin : undefined;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** An `options_invalid`. */
export function invalid(reason: string): CrossgateError {
  return new CrossgateError("options_invalid", reason);
}
