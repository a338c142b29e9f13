// The one session of a page, however many components look at it.
import { ApiError } from "../shared/api-error.js";
import type { Session } from "../shared/session.js";
import { onChange } from "./changes.js";
import type { Client } from "./client.js";
import type { SessionAnswer, SessionEndReason } from "./session-answer.js";

/** What is known. `error`: the last attempt to ask failed, and what is known is from before. */
export type SessionState =
  | { readonly status: "loading"; readonly session: undefined; readonly error?: Error }
  | { readonly status: "authenticated"; readonly session: Session; readonly error?: Error }
  | { readonly status: "unauthenticated"; readonly session: null; readonly reason?: SessionEndReason; readonly error?: Error };

/** When it asks again by itself. */
export interface RefetchOptions {
  /** When the tab is looked at again. */
  readonly onFocus: boolean;
  /** Every so many seconds, while the tab is looked at. */
  readonly every: number | undefined;
}

const RETRY_AFTER = 5;
/** In seconds. Where a session lives on after its end, the clock of this browser is wrong. */
const WRONG_CLOCK_PAUSE = 60;
/** The longest time that timers know, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** See the top of this file. Between `start` and what that gives it asks by itself. */
export class SessionStore {
  readonly #client: Client;
  readonly #listeners = new Set<() => void>();
  #state: SessionState;
  #asking: Promise<void> | undefined;
  #updates = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;

  /** @param initial What the server said already; undefined where it said nothing. */
  constructor(client: Client, initial: Session | null | undefined) {
    this.#client = client;
    this.#state = initial === undefined ? { status: "loading", session: undefined } : stateOf({ session: initial });
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to ask. Gives how to end that. */
  start({ onFocus, every }: RefetchOptions): () => void {
    this.#isRunning = true;
    const onVisible = () => {
      if (document.visibilityState === "visible") void this.refresh();
    };
    if (onFocus) document.addEventListener("visibilitychange", onVisible);
    const stopListening = onChange(() => void this.#refreshAnew());
    const stopPolling = this.#poll(every);
    if (this.#state.status === "loading" || this.#state.error) void this.refresh();
    else this.#askAtItsEnd(0);
    return () => {
      this.#isRunning = false;
      document.removeEventListener("visibilitychange", onVisible);
      stopListening();
      stopPolling();
      clearTimeout(this.#timer);
    };
  }

  /** Asks who is signed in. Who asks meanwhile waits for the same answer. */
  async refresh(): Promise<void> {
    this.#asking ??= this.#ask(() => this.#client.askSession()).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** An answer that is on its way may be from before the change. */
  async #refreshAnew(): Promise<void> {
    await this.#asking;
    if (this.#isRunning) await this.refresh();
  }

  /** `update()`. Where it fails nothing changes, and the error is the caller's. */
  async update(data?: unknown): Promise<Session | null> {
    const answer = await this.#client.updateSession(data);
    this.#updates += 1;
    this.#set(stateOf(answer));
    this.#askAtItsEnd(WRONG_CLOCK_PAUSE);
    return answer.session;
  }

  /** An outage is not absence: what was known stays. What `update()` brought meanwhile is newer than the answer. */
  async #ask(question: () => Promise<SessionAnswer>): Promise<void> {
    const updates = this.#updates;
    try {
      const answer = await question();
      if (updates !== this.#updates) return;
      this.#set(stateOf(answer));
      this.#askAtItsEnd(WRONG_CLOCK_PAUSE);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error("the session cannot be had", { cause });
      this.#set({ ...this.#state, error });
      this.#askIn(error instanceof ApiError ? (error.retryAfter ?? RETRY_AFTER) : RETRY_AFTER);
    }
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** @param overdue After how many seconds, where the end is past already. */
  #askAtItsEnd(overdue: number): void {
    clearTimeout(this.#timer);
    if (this.#state.status !== "authenticated") return;
    const left = (Date.parse(this.#state.session.expires) - Date.now()) / 1000;
    // A moment later, so that it has ended for Crossgate too.
    this.#askIn(left <= 0 ? overdue : left + 1);
  }

  #askIn(seconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#isRunning || Number.isNaN(seconds)) return;
    this.#timer = setTimeout(() => void this.refresh(), Math.min(Math.max(seconds, 1) * 1000, LONGEST_TIMER));
  }

  #poll(every: number | undefined): () => void {
    if (every === undefined || every <= 0) return () => {};
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.refresh();
    }, every * 1000);
    return () => clearInterval(timer);
  }
}

function stateOf({ session, reason }: SessionAnswer): SessionState {
  if (session) return { status: "authenticated", session };
  return { status: "unauthenticated", session: null, ...(reason !== undefined && { reason }) };
}
