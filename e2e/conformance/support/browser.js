// A browser as far as plain HTTP goes: cookies, the origin of what it sends, and requests byte by byte.
import http from "node:http";
import { Jar } from "./jar.js";

const agent = new http.Agent({ keepAlive: false });

async function textOf(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Body and its type, from what a caller wants to send. */
function bodyOf({ form, json, body, type }) {
  if (form) return { body: new URLSearchParams(form).toString(), type: "application/x-www-form-urlencoded" };
  if (json !== undefined) return { body: JSON.stringify(json), type: "application/json" };
  return { body, type };
}

export class Browser {
  jar = new Jar();

  constructor(side, major) {
    Object.assign(this, { side, major, base: side.basePath ?? "/api/auth" });
  }

  /** Sends one request below the origin; `cookie` stands in for the jar's own header. */
  async send(method, path, { headers = {}, cookie, ...content } = {}) {
    const { body, type } = bodyOf(content);
    const all = { ...this.#usualHeaders(method, cookie), ...(type && { "content-type": type }), ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const response = await this.#exchange({ method, path, headers: sent, body });
    const text = await textOf(response);
    const answer = {
      status: response.statusCode,
      headers: response.headers,
      setCookie: response.headers["set-cookie"] ?? [],
      text,
      body: parsed(text),
      at: Date.now(),
    };
    this.jar.keep(answer.setCookie, answer.at);
    return answer;
  }

  #usualHeaders(method, cookie = this.jar.header()) {
    const { origin } = this.side;
    return { host: new URL(origin).host, ...(method !== "GET" && { origin }), ...(cookie && { cookie }) };
  }

  #exchange({ method, path, headers, body }) {
    const { hostname, port } = new URL(this.side.address);
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const request = http.request(
        { hostname, port, method, path, headers: { ...headers, ...length }, agent, maxHeaderSize: 1 << 16 },
        resolve,
      );
      request.on("error", reject).end(body);
    });
  }

  get(path, options) {
    return this.send("GET", this.base + path, options);
  }

  post(path, options) {
    return this.send("POST", this.base + path, options);
  }

  async csrfToken() {
    return (await this.get("/csrf")).body.csrfToken;
  }

  /** What makes a script of the caller, in this major's way. */
  script(fields) {
    return this.major === "v4"
      ? { form: { ...fields, json: "true" } }
      : { form: fields, headers: { "x-auth-return-redirect": "1" } };
  }

  /** A form with a good CSRF token, as a script sends it or, with `isForm`, as a page does. */
  async submit(path, fields = {}, { isForm = false } = {}) {
    const all = { csrfToken: await this.csrfToken(), ...fields };
    return this.post(path, isForm ? { form: all } : this.script(all));
  }

  signIn(email, password, more = {}) {
    return this.submit("/callback/credentials", { email, password, callbackUrl: this.side.origin + "/after", ...more });
  }

  copy() {
    const copy = new Browser(this.side, this.major);
    copy.jar = this.jar.copy();
    return copy;
  }
}
