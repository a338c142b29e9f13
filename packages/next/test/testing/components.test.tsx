// @vitest-environment jsdom
// What apps use in the tests of their own components.
import { act, cleanup, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { type Session, useSession, withAuth } from "../../src/client/index.js";
import { makeSession, TestSessionProvider } from "../../src/testing/index.js";

afterEach(cleanup);

let update: ((data?: unknown) => Promise<Session | null>) | undefined;

function Greeting(): ReactNode {
  const info = useSession();
  update = info.update;
  return <p>{info.status === "authenticated" ? `Hello, ${info.session.user.name}` : info.status}</p>;
}

test("a session of somebody, of somebody in particular, of nobody, and before that is known", () => {
  for (const [session, text] of [
    [undefined, "Hello, Ada Lovelace"],
    [makeSession({ name: "Grace" }), "Hello, Grace"],
    [null, "unauthenticated"],
    ["loading", "loading"],
  ] as const) {
    render(<TestSessionProvider {...(session !== undefined && { session })}><Greeting /></TestSessionProvider>);
    screen.getByText(text);
    cleanup();
  }
});

test("a made session ends tomorrow and says what it is told", () => {
  const session = makeSession({ role: "admin" }, { tenant: "north" });
  expect(session).toMatchObject({ user: { name: "Ada Lovelace", role: "admin" }, tenant: "north" });
  expect(Date.parse(session.expires)).toBeGreaterThan(Date.now());
});

test("what components do about the session reaches the test", async () => {
  const [onUpdate, onSignInRequired] = [vi.fn(() => null), vi.fn()];
  const Page = withAuth(() => <p>seen</p>, { fallback: <p>hidden</p> });
  render(
    <TestSessionProvider session={null} onUpdate={onUpdate} onSignInRequired={onSignInRequired}>
      <Greeting />
      <Page />
    </TestSessionProvider>,
  );
  screen.getByText("hidden");
  expect(onSignInRequired).toHaveBeenCalledTimes(1);
  await act(async () => expect(await update?.({ name: "x" })).toBeNull());
  expect(onUpdate).toHaveBeenCalledWith({ name: "x" });
});
