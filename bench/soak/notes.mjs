// What is noted during a soak.

/**
 * A connection that was unused for so long may be closed just when a request leaves: the gateway keeps one for 10 s
 * (`limits.head_timeout`), and this program notices only when it comes to it.
 */
const IDLE_LIMIT = 9_000;

export class Notes {
  samples = [];
  /** What was open when nobody asked for anything: first before the load, then after each stretch of it. */
  rests = [];
  /** How many answers there were of each status. */
  statuses = new Map();
  failures = [];
  /** When a kept connection was closed under a request, and for how long it had not been used. */
  closings = [];

  constructor(upstreams) {
    this.upstreams = upstreams;
  }

  /** An answer; those that failed are kept. 401 is right only where it is expected. */
  answer({ status, code, path, at, expected, closedAfter }) {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500 || (status >= 400 && status !== expected)) this.failures.push({ status, code, path, at });
    if (closedAfter === undefined) return;
    this.closings.push({ at, idle: closedAfter });
    if (closedAfter < IDLE_LIMIT) this.failures.push({ status: 0, code: "a connection in use was closed", path, at, closedAfter });
  }

  /** A visit that could not be made at all. */
  fault(error) {
    this.failures.push({ status: 0, code: error.cause?.code ?? error.message, path: "a visit", at: Date.now() });
  }

  sample(vitals) {
    this.samples.push(vitals);
  }

  rest(open) {
    this.rests.push(open);
  }

  /** Whether an upstream was away at that time. */
  isAway(time) {
    return this.upstreams.some((upstream) => upstream.isAway(time));
  }

  /**
   * A failure has a reason where an upstream was away and the gateway says so, or had to break off what it was relaying:
   * after the head of an answer nothing else can be said (RFC 9112 §8).
   */
  isExplained({ status, code, at }) {
    const isSaid = status >= 500 && /^(upstream|sign_in)_/.test(code ?? "");
    return this.isAway(at) && (isSaid || /^an answer broke off/.test(code ?? ""));
  }
}
