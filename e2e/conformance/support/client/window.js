// What a tab of a browser has, for a client that was written for one: jsdom, and stand-ins for what jsdom cannot do.
import { JSDOM } from "jsdom";

/** `window.location`, which remembers where the page would have gone. */
function locationAt(url, navigations) {
  return {
    get href() {
      return url;
    },
    set href(target) {
      navigations.push(new URL(target, url).href);
    },
    reload: () => navigations.push("reload"),
    origin: new URL(url).origin,
    pathname: new URL(url).pathname,
  };
}

/** The window of jsdom with another location; jsdom's own cannot be replaced. */
function withLocation(window, location) {
  const forward = (_target, name) => {
    if (name === "location") return location;
    const value = window[name];
    return typeof value === "function" && !/^[A-Z]/.test(String(name)) ? value.bind(window) : value;
  };
  return new Proxy({}, { get: forward, has: (_target, name) => name in window });
}

const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

/** Puts a new page into this thread's globals. It says what happens by `tell`. */
export function openWindow(url, { fetch, tell }) {
  const { window } = new JSDOM("<!doctype html><div id=root></div>", { url });
  const page = { window, navigations: [], beacons: [] };
  const location = locationAt(url, page.navigations);
  page.navigator = {
    onLine: true,
    userAgent: window.navigator.userAgent,
    sendBeacon: (path, body) => page.beacons.push(`${path} ${new URLSearchParams(body)}`) > 0,
  };
  const storage = { setItem: (key, value) => tell({ storage: { key, value } }), getItem: () => null, removeItem() {} };
  for (const [name, value] of Object.entries({
    window: withLocation(window, location),
    document: window.document,
    navigator: page.navigator,
    location,
    localStorage: storage,
    fetch,
  }))
    define(name, value);
  return page;
}
