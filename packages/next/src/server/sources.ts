// The two ways to know who is asking.
import type { JSONWebKeySet } from "jose";
import { askSession } from "../gateway/ask-session.js";
import type { GatewaySettings } from "../gateway/settings.js";
import type { Session } from "../shared/session.js";
import { keySetOf } from "./key-set.js";
import { processState } from "./process-state.js";
import type { HeaderReader } from "./request-headers.js";
import type { ServerSession } from "./session.js";
import { IdentityRefused, verifyIdentity } from "./verify-identity.js";

/** Tells from a request's headers who is asking; `null` for nobody. */
export type Source<S> = (settings: GatewaySettings, read: HeaderReader) => Promise<S | null>;

/** From the header that Crossgate sends, where Crossgate stands in front. */
export function fromIdentity(keys: JSONWebKeySet | undefined): Source<ServerSession> {
  return async (settings, read) => {
    const token = read("x-crossgate-identity");
    if (token === undefined) return null;
    try {
      return await verifyIdentity(token, settings.publicUrl, keySetOf(settings, keys));
    } catch (error) {
      if (!(error instanceof IdentityRefused)) throw error;
      warnOnce(error.message);
      return null;
    }
  };
}

/** By asking Crossgate with the cookies of the request, where Next.js stands in front. */
export const fromGateway: Source<Session> = async (settings, read) => {
  const cookies = read("cookie");
  return cookies === undefined ? null : (await askSession(settings, cookies)).session;
};

/** For the operator. Whoever can send such a token could fill the log with it, so each reason is said once. */
function warnOnce(reason: string): void {
  const { warnings } = processState();
  if (warnings.has(reason)) return;
  warnings.add(reason);
  console.warn(
    `[crossgate] A request came with an X-Crossgate-Identity that does not count: ${reason}. It was taken for nobody's. ` +
      "Either somebody reaches this server without Crossgate (fix: bind it to loopback or a private network), " +
      "or CROSSGATE_PUBLIC_URL is not public_url, or a clock is wrong.",
  );
}
