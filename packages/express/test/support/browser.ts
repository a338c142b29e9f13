// A browser as far as it matters here: cookies, and the CSRF token where something changes.

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: "GET" | "POST", path: string, form?: Record<string, string>): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(this.#url + path, {
      method,
      redirect: "manual",
      headers: { accept: "application/json", origin: this.#url, cookie },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      this.#cookies.set(name, value);
    }
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  /** A form to one of Crossgate's endpoints, with the CSRF token. */
  async post(path: string, form: Record<string, string> = {}): Promise<Answer> {
    const { body } = await this.send("GET", "/api/auth/csrf");
    return this.send("POST", path, { ...form, csrfToken: (body as { csrfToken: string }).csrfToken, json: "true" });
  }

  signIn(email: string): Promise<Answer> {
    return this.post("/api/auth/callback/credentials", { email, password: "correct-horse-1" });
  }
}
