// Everybody who uses the site during a drill: people who stay, who come, who leave, who have left, and strangers.
import { keptConnections } from "../../../bench/lib/ask.mjs";
import { every, paced } from "../../../bench/lib/pace.mjs";
import { door, knock, Person } from "./person.mjs";

/** Requests per second, and how many may wait: strangers are asked for also while all others wait. */
const RATES = {
  present: { rate: 200, most: 300 },
  stranger: { rate: 40, most: 100 },
  gone: { rate: 20, most: 60 },
};
/** Somebody comes, and somebody leaves, so often, in milliseconds. */
const [COMES, LEAVES] = [250, 400];
const PATHS = ["/api/mine", "/account/home", "/api/mine", "/api/auth/session"];
const AT_ONCE = 16;
/** Of each kind of people at most. */
const CONNECTIONS = 300;

const any = (list) => list[Math.floor(Math.random() * list.length)];

/** Works through a list, so many at a time. */
export async function each(list, work, atOnce = AT_ONCE) {
  const left = [...list];
  const one = async () => {
    while (left.length > 0) await work(left.shift());
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

export class Crowd {
  people = [];
  end = Infinity;
  asked = 0;

  constructor(ledger, publicPort) {
    this.ledger = ledger;
    const kinds = ["present", "stranger", "gone", "coming"];
    this.agents = kinds.map(() => keptConnections(CONNECTIONS));
    this.doors = Object.fromEntries(kinds.map((kind, index) => [kind, door(this.agents[index], publicPort, publicPort)]));
  }

  /** Those who are there before anything happens. */
  async gather(count) {
    const names = Array.from({ length: count }, (_, number) => `settled-${number}`);
    await each(names, async (name) => {
      const person = new Person(name);
      const answer = await person.signIn(this.doors.coming);
      if (person.state !== "present") throw new Error(`nobody can sign in: ${answer.status} ${answer.code ?? ""}`);
      this.people.push(person);
    });
  }

  of(state) {
    return this.people.filter((person) => person.state === state);
  }

  async #present() {
    const [person, path] = [any(this.of("present")), PATHS[(this.asked += 1) % PATHS.length]];
    const answer = await person.ask(this.doors.present, path);
    this.ledger.present(person, path.endsWith("/session") ? asSession(answer) : answer);
  }

  async #stranger() {
    this.ledger.stranger(await knock(this.doors.stranger, "/open"));
  }

  async #gone() {
    const person = any(this.of("gone"));
    if (!person) return;
    const before = Date.now();
    this.ledger.gone(person, await person.ask(this.doors.gone, "/api/mine"), before);
  }

  /** Nobody waits for one whose answer does not come. */
  #comes() {
    const person = new Person(`came-${this.people.length}`);
    this.people.push(person);
    person.signIn(this.doors.coming).then((answer) => this.ledger.signIn(person, answer));
  }

  #leaves() {
    const person = any(this.of("present"));
    person.signOut(this.doors.coming).then((answer) => this.ledger.signOut(person, answer));
  }

  /** Begins; `stop` ends it and waits for what is under way. */
  begin() {
    const until = () => this.end;
    this.work = Promise.all([
      paced({ ...RATES.present, until }, () => this.#present()),
      paced({ ...RATES.stranger, until }, () => this.#stranger()),
      paced({ ...RATES.gone, until }, () => this.#gone()),
      every(COMES, until, async () => this.#comes()),
      every(LEAVES, until, async () => this.#leaves()),
    ]);
  }

  async stop() {
    this.end = 0;
    await this.work;
  }

  close() {
    this.agents.forEach((agent) => agent.destroy());
  }
}

/** The session endpoint says with 200 that there is nobody, and who there is by name. */
function asSession(answer) {
  if (answer.status !== 200) return answer;
  const name = JSON.parse(answer.bytes.toString() || "null")?.user?.name;
  if (!name) return { ...answer, status: 401, code: "session_ended" };
  return { ...answer, bytes: Buffer.from(JSON.stringify({ person: name })) };
}
