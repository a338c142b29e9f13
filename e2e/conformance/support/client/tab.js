// A tab as the cases see it. The cookies and the log of requests are here; the client runs in a thread of its own.
import { Worker } from "node:worker_threads";
import { namedText } from "../outcome.js";

const SHOWN_HEADERS = ["content-type", "x-auth-return-redirect"];
const PATIENCE = 10_000;
/** Turns of both threads without a request, after which nothing more is to come. */
const QUIET = 12;

const nextRound = () => new Promise((resolve) => setTimeout(resolve, 1));

async function following(browser, answer) {
  const { location } = answer.headers;
  if (answer.status < 300 || answer.status > 399 || !location?.startsWith(browser.side.origin)) return answer;
  return browser.send("GET", location.slice(browser.side.origin.length), {
    headers: { "sec-fetch-site": "same-origin" },
  });
}

export class Tab {
  #worker;
  #calls = new Map();
  #open = 0;
  #others = [];

  constructor(client) {
    this.client = client;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { client } });
    this.#worker.on("message", (message) => this.#hear(message));
    this.#worker.on("error", (error) => this.#fail(error));
  }

  /** Loads a page in it. `others` are the tabs of the same browser. */
  async open(browser, { path = "/page", others = [], stubs = {} } = {}) {
    Object.assign(this, { browser, requests: [], states: [], broadcasts: 0, stubs });
    this.#others = others;
    await this.#do("open", { url: browser.side.origin + path });
    return this;
  }

  /** Loads the client as a server does that renders a page: there is no window. */
  async openServer(browser) {
    Object.assign(this, { browser, requests: [], states: [], broadcasts: 0, stubs: {} });
    await this.#do("openServer", { url: `${browser.side.origin}/api/auth` });
    return this;
  }

  #fail(error) {
    for (const { reject } of this.#calls.values()) reject(error);
  }

  #do(command, options = {}) {
    const id = this.#calls.size + 1;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ command, id, ...options });
    });
  }

  #hear({ done, failed, error, value, state, storage, request }) {
    if (failed) this.#calls.get(failed).reject(error);
    if (done) this.#calls.get(done).resolve(value);
    if (state && this.states.at(-1) !== this.#named(state)) this.states.push(this.#named(state));
    if (storage) this.#share(storage);
    if (request) this.#serve(request).catch((error) => this.#fail(error));
  }

  #named(text) {
    return namedText(text, this.browser.side, Date.now());
  }

  /** A change of the storage is told to the other tabs only. */
  #share({ key, value }) {
    this.broadcasts += 1;
    for (const other of this.#others) other.event("storage", { key, newValue: value });
  }

  async #serve({ id, url, method, headers, body }) {
    this.#open += 1;
    const entry = { method, path: this.#named(url.replace(this.browser.side.origin, "")), headers, body };
    this.requests.push(entry);
    const { status, text } = await this.#answerTo({ url, method, headers, body });
    entry.status = status;
    // An answer that comes at once must not hide what the page shows while it waits.
    await this.#do("flush");
    this.#open -= 1;
    this.#worker.postMessage({ answer: { id, status, text } });
  }

  async #answerTo(request) {
    const { browser } = this;
    const path = request.url.startsWith("/") ? request.url : request.url.replace(browser.side.origin, "");
    const stub = this.stubs[`${request.method} ${path}`];
    if (stub) return stub(request);
    const { cookie = "", ...headers } = request.headers;
    // A server has no cookies but those that the client hands it, and does not say where it comes from.
    const particular = request.url.startsWith("/")
      ? { headers: { ...headers, "sec-fetch-site": "same-origin" } }
      : { headers, cookie };
    return following(browser, await browser.send(request.method, path, { body: request.body, ...particular }));
  }

  mount(options = {}) {
    return this.#do("mount", options);
  }

  async call(name, ...parameters) {
    const { value, threw } = await this.#do("call", { name, parameters });
    // JSON has no `undefined`, and what a client says is not the same as leaving it out.
    const shown = JSON.stringify(value, (_key, member) => (member === undefined ? "<undefined>" : member));
    return threw ? { threw } : JSON.parse(this.#named(shown));
  }

  event(type, members = {}) {
    return this.#do("event", { type, ...members });
  }

  /** Lets the time of every interval pass once. */
  tick() {
    return this.#do("tick");
  }

  set(options) {
    return this.#do("set", options);
  }

  /** Until the page shows this state, and of this person where it matters. */
  async shows(status, email = "") {
    const isShown = () => this.states.at(-1)?.startsWith(status) && this.states.at(-1).includes(email);
    for (const end = Date.now() + PATIENCE; !isShown(); await nextRound()) {
      if (Date.now() > end) throw new Error(`the page shows ${this.states.at(-1)}, not ${status}`);
    }
  }

  /** Until nothing is under way any more. */
  async quiet() {
    for (let rounds = 0; rounds < QUIET; rounds += 1) {
      await nextRound();
      // However slow the machine is: the page had its turns too.
      await this.#do("flush");
      if (this.#open > 0) rounds = 0;
    }
  }

  /** The requests, one line each. */
  log() {
    return this.requests.map(({ method, path, headers, body, status }) => {
      const shown = SHOWN_HEADERS.filter((name) => name in headers).map(
        (name) => `${name}: ${headers[name].split(";")[0]}`,
      );
      return [
        `${method} ${path}`,
        ...shown,
        ...(body ? [this.#named(decodeURIComponent(body))] : []),
        `→ ${status}`,
      ].join(" | ");
    });
  }

  async navigations() {
    return (await this.#do("look")).navigations.map((url) => this.#named(url));
  }

  async beacons() {
    return (await this.#do("look")).beacons.map((beacon) => this.#named(beacon).replace(/&message=.*/, "&…"));
  }

  close() {
    return this.#do("close");
  }

  end() {
    return this.#worker.terminate();
  }
}
