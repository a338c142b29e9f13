// Pages of the same browser tell each other that somebody signed in or out.

const CHANNEL = "crossgate";

/** Says it to all pages, this one too. */
export function announceChange(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("session");
  channel.close();
}

/** Calls `onChange` whenever a page says it. Gives how to end that. */
export function onChange(listener: () => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", listener);
  return () => channel.close();
}
