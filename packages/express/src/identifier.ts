// From a token to who it stands for.
import { CrossgateError } from "./errors.js";
import { GatewayClient } from "./gateway-client.js";
import type { Identity } from "./identity.js";
import { Introspection } from "./introspection.js";
import { KeySet } from "./key-set.js";
import type { Settings } from "./options.js";
import { type RememberedToken, RememberedTokens } from "./remembered-tokens.js";
import { verify, type VerifierSettings } from "./verifier.js";

/** Verifies each token once and remembers what came of it. */
export class Identifier {
  readonly #settings: VerifierSettings;
  readonly #keySet: KeySet | undefined;
  readonly #remembered: RememberedTokens;
  /** Tokens that are being verified, by their key: several requests with a new one wait for the same verdict. */
  readonly #pending = new Map<string, Promise<RememberedToken>>();
  readonly #introspection: Introspection | undefined;

  constructor(settings: Settings) {
    const { issuer, audience, internalUrl, secret, client, clockTolerance, rememberedTokens, now } = settings;
    const gateway = new GatewayClient(issuer, internalUrl);
    const remembered = new RememberedTokens(rememberedTokens);
    this.#remembered = remembered;
    const source = { client: gateway, now, onKeyGone: () => remembered.forgetAll() };
    this.#keySet = secret === undefined ? new KeySet(source) : undefined;
    const keys = this.#keySet ?? (secret as Uint8Array);
    this.#settings = { issuer, audience, keys, clockTolerance, now };
    this.#introspection = client && new Introspection(gateway, client);
  }

  /** Whether {@link identifyLive} can be used. */
  get canIntrospect(): boolean {
    return this.#introspection !== undefined;
  }

  /**
   * Who a token stands for: at once where it is remembered and still good, else after it was verified.
   *
   * @throws {@link CrossgateError}, and rejects with it.
   */
  identify(token: string): Identity | Promise<Identity> {
    this.#keySet?.refreshIfDue();
    const found = this.#remembered.find(token, this.#settings.now());
    return found ? identityIn(found) : this.#verifyOnce(token).then(identityIn);
  }

  /** The same, and Crossgate is asked whether its session is still there. What it says holds for later requests too. */
  async identifyLive(token: string): Promise<Identity> {
    const found = this.#remembered.find(token, this.#settings.now()) ?? (await this.#verifyOnce(token));
    const identity = identityIn(found);
    if (await this.#introspection?.isActive(token)) return identity;
    found.hasEnded = true;
    return identityIn(found);
  }

  #verifyOnce(token: string): Promise<RememberedToken> {
    const pending = this.#pending.get(token) ?? this.#verify(token).finally(() => this.#pending.delete(token));
    this.#pending.set(token, pending);
    return pending;
  }

  async #verify(token: string): Promise<RememberedToken> {
    const { forgotten } = this.#remembered;
    const identity = await verify(token, this.#settings);
    const goodUntil = identity.expiresAt + this.#settings.clockTolerance * 1000;
    const value = { identity, goodUntil, hasEnded: false };
    this.#remembered.remember(token, value, forgotten);
    return value;
  }
}

function identityIn({ identity, hasEnded }: RememberedToken): Identity {
  if (hasEnded) throw new CrossgateError("session_ended", "the session of this token has ended");
  return identity;
}
