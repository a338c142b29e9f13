// One tab in a thread of its own: nothing of a client's module is shared with another tab. It does what `tab.js` says.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { openWindow } from "./window.js";

globalThis.IS_REACT_ACT_ENVIRONMENT = false;
const require = createRequire(import.meta.url);
const waiting = new Map();
const tell = (message) => parentPort.postMessage(message);

/** A request of the page; the other thread has the cookies. */
async function fetchThere(url, { method = "GET", headers = {}, body } = {}) {
  const id = waiting.size + 1;
  const { status, text } = await new Promise((resolve) => {
    waiting.set(id, resolve);
    tell({
      request: {
        id,
        url,
        method: method.toUpperCase(),
        headers: Object.fromEntries(new Headers(headers)),
        body: body && String(body),
      },
    });
  });
  return new Response([204, 304].includes(status) ? null : text, { status });
}

/** `null`, or everything the session says; the order of members is nothing that a client sees. */
function describe(session) {
  if (!session) return String(session);
  const { user = {}, ...rest } = session;
  return JSON.stringify(Object.fromEntries([...Object.entries(user), ...Object.entries(rest)].sort()));
}

/** The client as it is after a page was loaded: with nothing in its memory. */
async function loadClient(name, count) {
  const entry = require.resolve(`${name}/react`);
  for (const file of Object.keys(require.cache).filter((file) => file.includes(`/${name}/`)))
    delete require.cache[file];
  return name.includes("-v4") ? require(entry) : import(`${entry}?page=${count}`);
}

class Page {
  #pages = 0;

  async open({ url }) {
    this.page = openWindow(url, { fetch: fetchThere, tell });
    this.intervals = standInForIntervals();
    await this.#load();
  }

  async openServer({ url }) {
    Object.assign(process.env, { NEXTAUTH_URL: url });
    for (const name of ["window", "document", "location", "localStorage"]) delete globalThis[name];
    globalThis.fetch = fetchThere;
    await this.#load();
    delete process.env.NEXTAUTH_URL;
  }

  async #load() {
    this.client = await loadClient(workerData.client, (this.#pages += 1));
    const [{ createElement }, { createRoot }] = [await import("react"), await import("react-dom/client")];
    Object.assign(this, { createElement, createRoot });
  }

  /** Renders a page with a provider; every state that it shows is told. */
  mount({ props = {}, required }) {
    const { createElement, client } = this;
    const Shown = () => {
      const session = client.useSession(required && { required: true });
      this.session = session;
      tell({ state: `${session.status} ${describe(session.data)}` });
      return null;
    };
    this.root = this.createRoot(this.page.window.document.getElementById("root"));
    this.root.render(createElement(client.SessionProvider, props, createElement(Shown)));
  }

  async call({ name, parameters }) {
    const functions = { ...this.client, update: (...data) => this.session.update(...data) };
    try {
      return { value: await functions[name](...parameters) };
    } catch (error) {
      return { threw: error?.constructor?.name ?? String(error) };
    }
  }

  event({ type, target = "window", ...members }) {
    // A tab that is not open hears nothing.
    if (!this.page) return;
    const { window } = this.page;
    const event = members.key ? new window.StorageEvent(type, members) : new window.Event(type);
    (target === "document" ? window.document : window).dispatchEvent(event);
  }

  set({ onLine, visibility }) {
    if (onLine !== undefined) this.page.navigator.onLine = onLine;
    if (visibility)
      Object.defineProperty(this.page.window.document, "visibilityState", { value: visibility, configurable: true });
  }

  /** Until React has shown what it was told before. */
  async flush() {
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  tick() {
    for (const run of [...this.intervals]) run();
  }

  look() {
    return { navigations: this.page.navigations, beacons: this.page.beacons };
  }

  close() {
    this.root?.unmount();
    this.root = this.page = undefined;
  }
}

/** Intervals whose time passes by hand. */
function standInForIntervals() {
  const running = new Set();
  globalThis.setInterval = (run) => {
    running.add(run);
    return run;
  };
  globalThis.clearInterval = (run) => running.delete(run);
  return running;
}

// Clients write to the console what the cases provoke.
console.error = console.debug = console.warn = () => {};
const page = new Page();
parentPort.on("message", async ({ answer, command, id, ...options }) => {
  if (answer) return waiting.get(answer.id)(answer);
  try {
    return tell({ done: id, value: await page[command](options) });
  } catch (error) {
    return tell({ failed: id, error });
  }
});
