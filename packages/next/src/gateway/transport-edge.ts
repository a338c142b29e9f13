// Asks Crossgate from the Edge runtime, where there is no node:http.
import { forwardedHeaders, type Question } from "./question.js";

/**
 * One answer, whatever its status. Rejects where there is none.
 *
 * `Host` is the address here. Where that is not the public one, Crossgate answers only if this server is one of its
 * `listen.trusted_proxies`.
 */
export function ask({ address, publicUrl, headers, signal }: Question): Promise<Response> {
  return fetch(address, {
    cache: "no-store",
    redirect: "manual",
    headers: { ...headers, ...forwardedHeaders(publicUrl) },
    signal,
  });
}
