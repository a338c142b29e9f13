// How many cases went which way.

function reasonOf({ text, ended }) {
  const code = /"(?:code|error)":\s*"([a-z_]+)"/.exec(text)?.[1];
  const status = /^HTTP\/1\.1 ([0-9]{3})/.exec(text)?.[1];
  return code ?? (status ? `status ${status}` : `without an answer, ${ended}`);
}

export class Tally {
  #counts = new Map();
  #all = 0;

  add(name) {
    this.#counts.set(name, this.count(name) + 1);
  }

  /** Notes one case at the gateway. */
  note(outcome, isAccepted) {
    this.#all += 1;
    this.add(isAccepted ? "accepted" : "refused");
    if (!isAccepted) this.add(`refused: ${reasonOf(outcome)}`);
  }

  count(name) {
    return this.#counts.get(name) ?? 0;
  }

  /** Of all that were noted. */
  share(name) {
    return this.count(name) / this.#all;
  }

  lines() {
    return [...this.#counts].sort().map(([name, count]) => `${name}: ${count}`);
  }
}
