// The keys that Crossgate signs with.
import { createLocalJWKSet, type CryptoKey, type JSONWebKeySet, type JWSHeaderParameters } from "jose";
import { CrossgateError } from "./errors.js";
import type { GatewayClient } from "./gateway-client.js";

/** For so long Crossgate lets its key set be kept (`max-age=300`). A new key is in it for ten minutes before it signs. */
const FRESH_FOR = 5 * 60_000;
/** For so long a set is used while no newer one can be had. No issued token lives longer. */
const KEPT_FOR = 60 * 60_000;
/** Who makes up key ids causes one request in this time. */
const COOLDOWN = 10_000;
const COOLDOWN_AFTER_FAILURE = 1_000;

/** A key id that Crossgate does not publish. */
export class UnknownKeyError extends Error {}

interface LoadedSet {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  /** Each key as it was published, by its id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly loadedAt: number;
}

/** Where the set is from, and who wants to know what. */
export interface KeySetSource {
  readonly client: GatewayClient;
  readonly now: () => number;
  /** Called when a key is not published any more. */
  readonly onKeyGone: () => void;
}

/** The published key set, fetched when it is needed and again when it is time. It has no timer of its own. */
export class KeySet {
  readonly #source: KeySetSource;
  #set: LoadedSet | undefined;
  #loading: Promise<void> | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #hasFailed = false;

  constructor(source: KeySetSource) {
    this.#source = source;
  }

  /**
   * The key that a token's header names.
   *
   * @throws {@link UnknownKeyError} where there is none; {@link CrossgateError} `key_set_unavailable` where that is not known.
   */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    const id = header.kid;
    if (typeof id !== "string") throw new UnknownKeyError();
    if (this.#age() >= KEPT_FOR) await this.#load();
    else this.refreshIfDue();
    if (!this.#has(id)) await this.#load();
    if (this.#set === undefined || !this.#has(id)) throw new UnknownKeyError();
    return this.#set.find(header);
  }

  /** Fetches the set again in the background, where it is time to. */
  refreshIfDue(): void {
    if (this.#set === undefined || this.#age() < FRESH_FOR || !this.#mayTry()) return;
    // Who asks next is told what went wrong; until then the old set is good.
    this.#load().catch(() => {});
  }

  #age(): number {
    return this.#source.now() - (this.#set?.loadedAt ?? Number.NEGATIVE_INFINITY);
  }

  #has(id: string): boolean {
    return this.#set?.texts.has(id) ?? false;
  }

  #mayTry(): boolean {
    return this.#source.now() - this.#triedAt >= (this.#hasFailed ? COOLDOWN_AFTER_FAILURE : COOLDOWN);
  }

  /** At most one request at a time, and none too soon after the last one. */
  async #load(): Promise<void> {
    if (this.#loading === undefined && this.#mayTry()) {
      this.#triedAt = this.#source.now();
      this.#loading = this.#fetch().finally(() => (this.#loading = undefined));
    }
    await this.#loading;
    if (this.#hasFailed) throw unavailable("the last request for it failed a moment ago");
  }

  async #fetch(): Promise<void> {
    const loadedAt = this.#source.now();
    try {
      const answer = await this.#source.client.ask({ method: "GET", path: "/.well-known/jwks.json" });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      this.#replace({ ...parse(answer.body), loadedAt });
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      throw unavailable(error instanceof Error ? error.message : "no answer");
    }
  }

  #replace(next: LoadedSet): void {
    const last = this.#set;
    this.#set = next;
    if (last && [...last.texts].some(([id, text]) => next.texts.get(id) !== text)) this.#source.onKeyGone();
  }
}

function parse(body: string): Omit<LoadedSet, "loadedAt"> {
  const set = JSON.parse(body) as JSONWebKeySet;
  const find = createLocalJWKSet(set);
  return { find, texts: new Map(set.keys.map((key) => [String(key.kid), JSON.stringify(key)])) };
}

function unavailable(reason: string): CrossgateError {
  return new CrossgateError("key_set_unavailable", `Crossgate's key set cannot be had: ${reason}`);
}
