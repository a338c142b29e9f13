// A browser as far as it matters here: it keeps cookies, says where a request comes from, and speaks to Crossgate as
// next-auth/react 4 does. It remembers everything that ever reached it.

function isOver(attributes) {
  return attributes.some((attribute) => {
    const [name, value = ""] = attribute.trim().toLowerCase().split("=");
    return (name === "max-age" && Number(value) <= 0) || (name === "expires" && Date.parse(value) <= Date.now());
  });
}

export class Browser {
  cookies = new Map();
  /** Heads and bodies of all answers. */
  received = [];

  constructor(address, origin) {
    this.address = address;
    this.origin = origin;
  }

  /** Sends one request; `json` or `form` is its body. Gives status, headers and body. */
  async send(method, path, { json, form, headers = {} } = {}) {
    const response = await fetch(this.address + path, {
      method,
      redirect: "manual",
      headers: this.#headers(method, { ...(json && { "content-type": "application/json" }), ...headers }),
      body: json ? JSON.stringify(json) : form && new URLSearchParams(form),
    });
    const text = await response.text();
    this.#keepCookies(response.headers.getSetCookie());
    this.received.push(`${JSON.stringify([...response.headers])}\n${text}`);
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  #headers(method, headers) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const usual = { accept: "application/json", ...(method !== "GET" && { origin: this.origin }), ...(cookie && { cookie }) };
    return { ...usual, ...headers };
  }

  #keepCookies(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";");
      const [name, ...value] = pair.split("=");
      if (isOver(attributes)) this.cookies.delete(name.trim());
      else this.cookies.set(name.trim(), value.join("=").trim());
    }
  }

  async csrfToken() {
    return (await this.send("GET", "/api/auth/csrf")).body.csrfToken;
  }

  /** `signIn("credentials", { redirect: false, … })`; `error` is null where it worked. */
  async signIn(fields) {
    const form = { ...fields, csrfToken: await this.csrfToken(), callbackUrl: `${this.origin}/`, json: "true" };
    const answer = await this.send("POST", "/api/auth/callback/credentials", { form });
    const query = new URL(answer.body.url).searchParams;
    return { status: answer.status, url: answer.body.url, error: query.get("error"), code: query.get("code") };
  }

  /** `signOut({ redirect: false })` */
  async signOut() {
    const form = { csrfToken: await this.csrfToken(), callbackUrl: `${this.origin}/`, json: "true" };
    return this.send("POST", "/api/auth/signout", { form });
  }

  /** Calls a route of the API, with the CSRF token where the call changes something. */
  async call({ method = "GET", path, json, headers = {} }) {
    const token = method === "GET" ? {} : { "x-csrf-token": await this.csrfToken() };
    return this.send(method, path, { json, headers: { ...token, ...headers } });
  }

  /** Another browser with a copy of the cookies. */
  copy() {
    const copy = new Browser(this.address, this.origin);
    copy.cookies = new Map(this.cookies);
    return copy;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
