// Tokens that were verified, so that each is verified once.
import type { Identity } from "./identity.js";

/** What is remembered of a token. */
export interface RememberedToken {
  readonly identity: Identity;
  /** Milliseconds since 1970, the clock tolerance included. */
  readonly goodUntil: number;
  /** Whether Crossgate said meanwhile that it does not count any more. */
  hasEnded: boolean;
}

/** Longer tokens are verified each time. The claims of one take about as much memory as its text. */
const LONGEST = 4096;

/**
 * The tokens that were used last, at most so many, by their whole text: no two share an entry.
 *
 * Two generations stand in for a list in the order of use: what is used moves to the younger one, and when that is
 * half of all, the older one goes. So whatever was used among the last half stays, and a hit costs one look-up.
 */
export class RememberedTokens {
  #younger = new Map<string, RememberedToken>();
  #older = new Map<string, RememberedToken>();
  #forgotten = 0;
  readonly #half: number;

  /** @param limit How many there may be; 0 for none. */
  constructor(limit: number) {
    this.#half = Math.floor(limit / 2);
  }

  /** How often everything was forgotten. Whoever verifies reads this first and hands it to {@link remember}. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** How many there are. */
  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /** What is remembered of a token that is still good. */
  find(token: string, now: number): RememberedToken | undefined {
    const found = this.#younger.get(token) ?? this.#fromOlder(token);
    if (found === undefined || now < found.goodUntil) return found;
    this.#younger.delete(token);
    return undefined;
  }

  /** Remembers a token, unless everything was forgotten while it was verified. */
  remember(token: string, value: RememberedToken, forgotten: number): void {
    if (forgotten === this.#forgotten && token.length <= LONGEST) this.#put(token, value);
  }

  /** All of them must be verified again. */
  forgetAll(): void {
    this.#forgotten += 1;
    this.#younger.clear();
    this.#older.clear();
  }

  #fromOlder(token: string): RememberedToken | undefined {
    const found = this.#older.get(token);
    if (found === undefined) return undefined;
    this.#older.delete(token);
    this.#put(token, found);
    return found;
  }

  #put(token: string, value: RememberedToken): void {
    if (this.#half === 0) return;
    if (this.#younger.size >= this.#half && !this.#younger.has(token)) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(token, value);
  }
}
