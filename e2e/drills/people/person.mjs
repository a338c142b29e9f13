// Somebody with a browser: cookies, signing in, asking, signing out. Judges nothing.
import { ask } from "../../../bench/lib/ask.mjs";

/** The session cookie, on plain http. */
const SESSION = "crossgate";

/** Where a person knocks: a node, or the load balancer, always under the public name. */
export function door(agent, port, publicPort) {
  const host = `127.0.0.1:${publicPort}`;
  return { agent, port, host, origin: `http://${host}` };
}

export function knock({ agent, port, host }, path, options = {}) {
  return ask(agent, port, path, { ...options, headers: { host, ...options.headers }, isRead: true });
}

/** Name and value of the cookies that an answer sets, and whether it takes them away (RFC 6265 §5.3). */
function cookiesOf({ headers = {} }) {
  return (headers["set-cookie"] ?? []).map((line) => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    return { name, value, isCleared: value === "" || /; *max-age=0/i.test(line) };
  });
}

/** Whether an answer takes the session cookie away. */
export const clears = (answer) => cookiesOf(answer).some(({ name, isCleared }) => name === SESSION && isCleared);

export function json({ bytes }) {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return {};
  }
}

export class Person {
  /** "arriving", "present", "leaving" or "gone"; since when, in milliseconds. */
  state = "arriving";
  cookies = new Map();

  constructor(name) {
    this.name = name;
  }

  become(state) {
    this.state = state;
    this.since = Date.now();
  }

  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** A cookie that is taken away stays here: whether it is worth anything is what we want to see. */
  take(answer) {
    for (const { name, value, isCleared } of cookiesOf(answer)) if (!isCleared) this.cookies.set(name, value);
  }

  ask(at, path) {
    return knock(at, path, { cookie: this.cookie });
  }

  /** A form of the browser's, with the token that goes with its cookies. */
  async #send(at, path, fields) {
    const before = await this.ask(at, "/api/auth/csrf");
    if (before.status !== 200) return before;
    this.take(before);
    const headers = { origin: at.origin, "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams({ csrfToken: json(before).csrfToken, json: "true", ...fields }).toString();
    return knock(at, path, { method: "POST", cookie: this.cookie, headers, body });
  }

  /** Present where that was acknowledged. */
  async signIn(at) {
    const answer = await this.#send(at, "/api/auth/callback/credentials", { user: this.name, password: "drill" });
    this.take(answer);
    if (answer.status === 200 && this.cookies.has(SESSION)) this.become("present");
    return answer;
  }

  /** Gone where that was acknowledged; where it was not, nobody knows. */
  async signOut(at) {
    this.become("leaving");
    const answer = await this.#send(at, "/api/auth/signout", {});
    if (answer.status === 200) this.become("gone");
    return answer;
  }
}
