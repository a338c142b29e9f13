// Who is signed in, as Crossgate says when it is asked.
import { ask } from "#transport";
import type { Session } from "../shared/session.js";
import { ServerError } from "./server-error.js";
import type { GatewaySettings } from "./settings.js";

const TIMEOUT = 5_000;

/** What Crossgate said. */
export interface SessionAnswer {
  readonly session: Session | null;
  /** For the browser: the cookie of a session that has ended is removed. */
  readonly setCookies: readonly string[];
}

/**
 * Asks Crossgate whom these cookies stand for. Asking is not activity.
 *
 * @throws {@link ServerError} `gateway_unavailable` where nobody knows: an outage is not absence.
 */
export async function askSession(settings: GatewaySettings, cookies: string): Promise<SessionAnswer> {
  const { publicUrl, internalUrl, basePath } = settings;
  const address = new URL(`${basePath}/session`, internalUrl);
  const headers = { accept: "application/json", cookie: cookies };
  try {
    const answer = await ask({ address, publicUrl, headers, signal: AbortSignal.timeout(TIMEOUT) });
    if (answer.status !== 200) throw new Error(reasonOf(answer.status));
    return { session: sessionIn(await answer.json()), setCookies: answer.headers.getSetCookie() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "no answer";
    throw new ServerError("gateway_unavailable", `Crossgate does not say who is signed in: ${reason}`, { cause });
  }
}

function reasonOf(status: number): string {
  if (status !== 421) return `status ${status}`;
  return "it is not asked under its public name; fix: CROSSGATE_PUBLIC_URL as public_url, and this server in listen.trusted_proxies";
}

/** `{}` and `null` are nobody (next-auth 4 and 5). Anything that is neither that nor a session is no answer. */
function sessionIn(body: unknown): Session | null {
  if (body === null) return null;
  if (typeof body === "object" && !Array.isArray(body)) {
    if (Object.keys(body).length === 0) return null;
    if ("user" in body && typeof body.user === "object" && body.user !== null && "expires" in body) return body as Session;
  }
  throw new Error("its answer is no session");
}
