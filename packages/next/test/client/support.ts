// A Crossgate that lives in the test, and a window that is never left.
import { vi } from "vitest";

export const ORIGIN = "https://shop.example";
const PAGE = `${ORIGIN}/orders?page=2`;

/** What one request is answered with. */
export type Answer = Response | Error | (() => Response | Promise<Response>);

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });

export const refusal = (code: string, status: number, more: object = {}, headers: Record<string, string> = {}): Response =>
  json({ error: code, message: `about ${code}`, request_id: "r1", ...more }, status, headers);

export const person = (name: string, expires = "2100-01-01T00:00:00.000Z") => ({ user: { name }, expires });

/** Answers in turn for each request line, the last one again and again; keeps what was asked. */
export class FakeCrossgate {
  readonly asked: Request[] = [];
  readonly bodies: string[] = [];
  readonly #answers: Record<string, Answer[]>;

  constructor(answers: Record<string, Answer | readonly Answer[]> = {}) {
    const usual = { "GET /api/auth/csrf": json({ csrfToken: "token-1" }) };
    const all = Object.entries<Answer | readonly Answer[]>({ ...usual, ...answers });
    this.#answers = Object.fromEntries(all.map(([line, list]) => [line, [list].flat() as Answer[]]));
    vi.stubGlobal("fetch", (input: Request | string | URL, init?: RequestInit) => this.#fetch(new Request(input, init)));
  }

  /** Another answer from now on. */
  answer(line: string, answer: Answer): void {
    this.#answers[line] = [answer];
  }

  /** The request lines, in their order. */
  lines(): string[] {
    return this.asked.map(({ method, url }) => `${method} ${url.replace(ORIGIN, "")}`);
  }

  async #fetch(request: Request): Promise<Response> {
    this.asked.push(request);
    this.bodies.push(await request.clone().text());
    const answers = this.#answers[`${request.method} ${new URL(request.url).pathname}`] ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer instanceof Error) throw answer ?? new TypeError("fetch failed");
    return typeof answer === "function" ? answer() : answer.clone();
  }
}

/** Where the page went. jsdom lets nobody replace `location`, so this is another window with the same document. */
export function watchLeaving(page = PAGE): { readonly left: string[] } {
  const left: string[] = [];
  const { origin, href, pathname, search, hash } = new URL(page);
  const location = { origin, href, pathname, search, hash, assign: (url: string) => left.push(url), reload: () => left.push("reload") };
  vi.stubGlobal("window", { location });
  return { left };
}

/** Long enough for whatever has been begun and needs no time. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
