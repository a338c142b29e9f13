// @vitest-environment jsdom
// Components and the session: what they show, when Crossgate is asked, and what other tabs do to it.
import { act, cleanup, render, screen } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Client, createClient, type Session, SessionProvider, useSession, withAuth } from "../../src/client/index.js";
import type { SessionAnswer } from "../../src/client/session-answer.js";

const ada: Session = { user: { name: "Ada" }, expires: "2100-01-01T00:00:00.000Z" };
const stops: (() => void)[] = [];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }));
afterEach(() => {
  cleanup();
  for (const stop of stops.splice(0)) stop();
  vi.useRealTimers();
});

/** A client that answers in turn, the last one again and again, and counts. */
function clientThatSays(...answers: readonly (SessionAnswer | Error)[]) {
  const left = [...answers];
  const askSession = vi.fn(async () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("nothing is known");
    return answer;
  });
  const requireSignIn = vi.fn(() => new Promise<never>(() => {}));
  const updateSession = vi.fn(async (_data?: unknown): Promise<SessionAnswer> => ({ session: { ...ada, user: { name: "Ada King" } } }));
  return { ...createClient(), askSession, requireSignIn, updateSession } satisfies Client;
}

function Shown({ required = false }: { readonly required?: boolean }): ReactNode {
  const info = useSession({ required });
  const more = "reason" in info ? info.reason : info.session?.user.name;
  return <p data-testid="shown">{[info.status, more, info.error?.message].filter(Boolean).join(" ")}</p>;
}

const shown = () => screen.getAllByTestId("shown").map(({ textContent }) => textContent);
const settle = () => act(async () => void (await vi.advanceTimersByTimeAsync(0)));
const wait = (seconds: number) => act(async () => void (await vi.advanceTimersByTimeAsync(seconds * 1000)));

async function open(client: Client, page: ReactNode = <Shown />, props: object = {}) {
  const rendered = render(<SessionProvider client={client} {...props}>{page}</SessionProvider>);
  await settle();
  return rendered;
}

function look(state: "visible" | "hidden"): void {
  const spy = vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  stops.push(() => spy.mockRestore());
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
}

test("one question for all components of a page, in Strict Mode too", async () => {
  const client = clientThatSays({ session: ada });
  render(<StrictMode><SessionProvider client={client}><Shown /><Shown /></SessionProvider></StrictMode>);
  expect(shown()).toEqual(["loading", "loading"]);
  await settle();
  expect(shown()).toEqual(["authenticated Ada", "authenticated Ada"]);
  expect(client.askSession).toHaveBeenCalledTimes(1);
});

test("what the server knows already is not asked for, and the server renders it", async () => {
  const client = clientThatSays({ session: null });
  const page = (session: Session | null) => <SessionProvider client={client} session={session}><Shown /></SessionProvider>;
  expect(renderToString(page(ada))).toContain("authenticated Ada");
  expect(renderToString(page(null))).toContain("unauthenticated");
  await open(client, <Shown />, { session: ada });
  expect([shown(), client.askSession.mock.calls.length]).toEqual([["authenticated Ada"], 0]);
});

test("a session that ended says why", async () => {
  await open(clientThatSays({ session: null, reason: "idle_timeout" }));
  expect(shown()).toEqual(["unauthenticated idle_timeout"]);
});

test("an outage is not absence: what was known stays, and it asks again by itself", async () => {
  const client = clientThatSays({ session: ada }, new Error("away"), { session: ada });
  await open(client);
  look("visible");
  await settle();
  expect(shown()).toEqual(["authenticated Ada away"]);
  await wait(5);
  expect(shown()).toEqual(["authenticated Ada"]);
});

test("an outage at the first question leaves it open", async () => {
  const client = clientThatSays(new Error("away"), { session: null });
  await open(client, <Shown required />);
  expect(shown()).toEqual(["loading away"]);
  expect(client.requireSignIn).not.toHaveBeenCalled();
  await wait(5);
  expect(client.requireSignIn).toHaveBeenCalledTimes(1);
});

test("it asks again when the tab is looked at, unless that is switched off", async () => {
  for (const [refetchOnFocus, calls] of [[true, 2], [false, 1]] as const) {
    const client = clientThatSays({ session: ada }, { session: null });
    const { unmount } = await open(client, <Shown />, { refetchOnFocus });
    look("hidden");
    look("visible");
    await settle();
    expect(client.askSession).toHaveBeenCalledTimes(calls);
    unmount();
  }
});

test("it asks again at the end of the session, and every so many seconds where that is wanted", async () => {
  const expires = new Date(Date.now() + 60_000).toISOString();
  const client = clientThatSays({ session: { ...ada, expires } }, { session: null, reason: "absolute_timeout" });
  await open(client);
  await wait(59);
  expect(shown()).toEqual(["authenticated Ada"]);
  await wait(2);
  expect(shown()).toEqual(["unauthenticated absolute_timeout"]);
  cleanup();
  const polled = clientThatSays({ session: ada });
  await open(polled, <Shown />, { refetchEvery: 30 });
  await wait(91);
  expect(polled.askSession).toHaveBeenCalledTimes(4);
});

test("an end far away is no end that a timer could not wait for", async () => {
  const client = clientThatSays({ session: { ...ada, expires: "9999-01-01T00:00:00Z" } });
  await open(client);
  await wait(60);
  expect(client.askSession).toHaveBeenCalledTimes(1);
});

test("another way of asking again brings back nobody who has signed out", async () => {
  const client = clientThatSays({ session: null, reason: "signed_out" });
  const page = (every: number) => (
    <SessionProvider client={client} session={ada} refetchEvery={every}><Shown /></SessionProvider>
  );
  const { rerender } = render(page(30));
  await wait(31);
  expect(shown()).toEqual(["unauthenticated signed_out"]);
  rerender(page(10));
  expect(shown()).toEqual(["unauthenticated signed_out"]);
  const before = client.askSession.mock.calls.length;
  await wait(11);
  expect(client.askSession).toHaveBeenCalledTimes(before + 1);
});

test("another way of asking again forgets no outage", async () => {
  const client = clientThatSays({ session: null }, new Error("away"), { session: ada });
  const { rerender } = await open(client);
  look("visible");
  await settle();
  expect(shown()).toEqual(["unauthenticated away"]);
  rerender(<SessionProvider client={client} refetchOnFocus={false}><Shown /></SessionProvider>);
  await settle();
  expect(shown()).toEqual(["authenticated Ada"]);
});

test("after it has gone nothing is asked any more", async () => {
  const client = clientThatSays({ session: { ...ada, expires: new Date(Date.now() + 10_000).toISOString() } });
  const { unmount } = await open(client, <Shown />, { refetchEvery: 1 });
  unmount();
  const before = client.askSession.mock.calls.length;
  look("visible");
  await wait(60);
  expect(client.askSession).toHaveBeenCalledTimes(before);
  expect(vi.getTimerCount()).toBe(0);
});

test("another tab says that something changed", async () => {
  vi.useRealTimers();
  const client = clientThatSays({ session: ada }, { session: null, reason: "signed_out" });
  render(<SessionProvider client={client}><Shown /></SessionProvider>);
  await screen.findByText("authenticated Ada");
  const tab = new BroadcastChannel("crossgate");
  stops.push(() => tab.close());
  tab.postMessage("session");
  await screen.findByText("unauthenticated signed_out");
});

/** Channels that deliver at once, so that a test says when. */
class InstantChannel extends EventTarget {
  static readonly #open = new Set<InstantChannel>();
  constructor() {
    super();
    InstantChannel.#open.add(this);
  }
  postMessage(): void {
    for (const channel of InstantChannel.#open) if (channel !== this) channel.dispatchEvent(new Event("message"));
  }
  close(): void {
    InstantChannel.#open.delete(this);
  }
}

/** A client whose first answer comes when the test lets it. */
function clientThatWaits(first: SessionAnswer, later: SessionAnswer) {
  const client = clientThatSays(later);
  let answer = (): void => {};
  client.askSession.mockImplementationOnce(() => new Promise((resolve) => (answer = () => resolve(first))));
  return { client, answer: () => answer() };
}

test("a sign-out elsewhere while Crossgate is being asked is not missed", async () => {
  vi.stubGlobal("BroadcastChannel", InstantChannel);
  stops.push(() => vi.unstubAllGlobals());
  const { client, answer } = clientThatWaits({ session: ada }, { session: null, reason: "signed_out" });
  await open(client);
  new InstantChannel().postMessage();
  answer();
  await settle();
  expect(shown()).toEqual(["unauthenticated signed_out"]);
});

test("an answer from before an update() does not undo it", async () => {
  const { client, answer } = clientThatWaits({ session: ada }, { session: ada });
  let update: (() => Promise<Session | null>) | undefined;
  function Taken(): null {
    update = useSession().update;
    return null;
  }
  await open(client, <><Shown /><Taken /></>);
  await act(async () => void (await update?.()));
  answer();
  await settle();
  expect(shown()).toEqual(["authenticated Ada King"]);
});

test("a clock that is wrong makes no flood of questions", async () => {
  const client = clientThatSays({ session: { ...ada, expires: new Date(Date.now() - 7_200_000).toISOString() } });
  await open(client);
  await wait(600);
  expect(client.askSession).toHaveBeenCalledTimes(11);
});

test("update() gives the new session to all components; where it fails nothing changes", async () => {
  const client = clientThatSays({ session: ada });
  let update: ((data?: unknown) => Promise<Session | null>) | undefined;
  function Taken(): null {
    update = useSession().update;
    return null;
  }
  await open(client, <><Shown /><Taken /></>);
  await act(async () => expect(await update?.({ name: "Ada King" })).toMatchObject({ user: { name: "Ada King" } }));
  expect(shown()).toEqual(["authenticated Ada King"]);
  expect(client.updateSession).toHaveBeenCalledWith({ name: "Ada King" });
  client.updateSession.mockRejectedValueOnce(new Error("too large"));
  await act(async () => expect(update?.()).rejects.toThrow("too large"));
  expect(shown()).toEqual(["authenticated Ada King"]);
});

test("a page that requires a session leads strangers away once, and shows them nothing meanwhile", async () => {
  const client = clientThatSays({ session: null });
  await open(client, <Shown required />);
  expect([shown(), client.requireSignIn.mock.calls.length]).toEqual([["loading"], 1]);
  cleanup();
  const onUnauthenticated = vi.fn();
  function Own(): null {
    useSession({ required: true, onUnauthenticated });
    return null;
  }
  await open(client, <Own />);
  expect([onUnauthenticated.mock.calls.length, client.requireSignIn.mock.calls.length]).toEqual([1, 1]);
});

test("withAuth shows a component to people who are signed in, with its own props", async () => {
  function Orders({ session, count }: { readonly session: Session; readonly count: number }): ReactNode {
    return <p data-testid="shown">{`${session.user.name} has ${count} orders`}</p>;
  }
  const Page = withAuth(Orders, { fallback: <p data-testid="shown">One moment</p> });
  expect(Page.displayName).toBe("withAuth(Orders)");
  await open(clientThatSays({ session: ada }), <Page count={3} />);
  expect(shown()).toEqual(["Ada has 3 orders"]);
  cleanup();
  const client = clientThatSays({ session: null });
  await open(client, <Page count={3} />);
  expect([shown(), client.requireSignIn.mock.calls.length]).toEqual([["One moment"], 1]);
});

test("without a provider there is a message that says how to mend it", () => {
  const spy = vi.spyOn(console, "error").mockImplementation(() => {});
  stops.push(() => spy.mockRestore());
  expect(() => render(<Shown />)).toThrow("wrap the app in <SessionProvider>");
});
