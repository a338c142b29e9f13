// What was answered, and what that means: judged from outside only.
import { clears, json } from "./person.mjs";

/** A sign-out holds on every node within a second (docs/guide/operating.md). */
const REVOKED_WITHIN = 1000;
/** What the gateway says to somebody whose session it does not know. */
const NOBODY = ["not_signed_in", "session_ended"];

const isOurs = ({ status, code }) => status === 401 && NOBODY.includes(code);
const isSentAway = ({ status, headers }) => status >= 300 && status < 400 && /\/signin/.test(headers?.location ?? "");
export const isNobody = (answer) => isOurs(answer) || isSentAway(answer);
const nameOf = ({ status, code }) => (code ? `${status} ${code}` : String(status));

export class Ledger {
  /** What was broken and mended, and when. */
  faults = [];
  /** What failed, and when. */
  failures = [];
  answers = 0;
  /** Persons, each once. */
  signedOut = new Set();
  undone = new Set();
  cleared = [];
  foreign = [];
  anonymous = [];
  signIns = { done: 0, failed: 0 };
  signOuts = { done: 0, failed: 0 };

  fault(what) {
    this.faults.push({ at: Date.now(), what });
  }

  #fail(kind, answer, person) {
    const { path, at, node } = answer;
    const { name, since } = person ?? {};
    this.failures.push({ at, kind, answer: nameOf(answer), path, node, person: name, since });
  }

  /** An answer to somebody who is signed in. What was asked while they were on their way out says nothing. */
  present(person, answer) {
    this.answers += 1;
    if (person.state !== "present") return;
    if (clears(answer)) this.cleared.push({ at: answer.at, person: person.name });
    if (isNobody(answer)) {
      this.signedOut.add(person);
      return this.#fail("signed out", answer, person);
    }
    if (answer.status !== 200) return this.#fail("failed", answer, person);
    const { person: name } = json(answer);
    if (name !== person.name) this.foreign.push({ at: answer.at, person: person.name, name });
  }

  /** An answer to somebody whose sign-out was acknowledged `before` the request left. */
  gone(person, answer, before) {
    this.answers += 1;
    if (answer.status === 200 && before - person.since > REVOKED_WITHIN) {
      this.undone.add(person);
      this.#fail("sign-out undone", answer, person);
    }
  }

  stranger(answer) {
    this.answers += 1;
    if (answer.status !== 0 && answer.status < 500) return;
    this.anonymous.push({ at: answer.at, answer: nameOf(answer) });
    this.#fail("anonymous", answer);
  }

  signIn(person, answer) {
    if (person.state === "present") return (this.signIns.done += 1);
    this.signIns.failed += 1;
    this.#fail("sign-in", answer, person);
  }

  signOut(person, answer) {
    if (person.state === "gone") return (this.signOuts.done += 1);
    this.signOuts.failed += 1;
    this.#fail("sign-out", answer, person);
  }

  /** How many failed requests of signed-in people there were, by answer. */
  failedByAnswer() {
    const counts = {};
    for (const { kind, answer } of this.failures) if (kind === "failed") counts[answer] = (counts[answer] ?? 0) + 1;
    return counts;
  }
}
