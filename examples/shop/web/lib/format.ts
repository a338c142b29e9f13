const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" });

// One time zone for server and browser, so that both render the same text.
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export const formatCents = (cents: number) => money.format(cents / 100);

export const formatDay = (iso: string) => day.format(new Date(iso));

/** In the reader's own time zone: only for what is rendered in the browser. */
export const formatMoment = (iso: string) => moment.format(new Date(iso));

/** "Firefox on Linux" for a User-Agent header; the header itself where nothing is recognised. */
export function describeUserAgent(userAgent: string | null): string {
  if (!userAgent) return "Unknown browser";
  const browser = /Edg|Firefox|Chrome|Safari/.exec(userAgent)?.[0].replace("Edg", "Edge");
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(userAgent)?.[0];
  if (!browser) return userAgent.slice(0, 60);
  return system ? `${browser} on ${system}` : browser;
}
