// Leaving the page.
import { ClientError } from "./client-error.js";

/**
 * Leads the browser elsewhere. The page stays until the other one is there, so whoever waits for this waits to the end.
 *
 * @throws {@link ClientError} `address_refused` for anything but http and https: `javascript:` would run here.
 */
export function leaveFor(address: URL | string): Promise<never> {
  const url = new URL(address, window.location.href);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return Promise.reject(new ClientError("address_refused", "the address to go to is none of the web"));
  }
  window.location.assign(url.href);
  // The same page with another fragment is not loaded anew.
  if (url.hash !== "" && url.href.split("#")[0] === window.location.href.split("#")[0]) window.location.reload();
  return new Promise(() => {});
}
