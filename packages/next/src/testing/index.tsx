"use client";
/**
 * Sessions for the tests of an app's components. For code on the server there is `@crossgate/next/testing/server`.
 *
 * @packageDocumentation
 */
import { type ReactElement, type ReactNode, useMemo } from "react";
import { SessionContext } from "../client/session-context.js";
import type { SessionState } from "../client/session-store.js";
import type { Session, SessionUser } from "../shared/session.js";

const DAY = 86_400_000;

/** A session of somebody, who has this to say about themselves. It ends tomorrow. */
export function makeSession(user: SessionUser = {}, more: Omit<Partial<Session>, "user"> = {}): Session {
  const somebody = { name: "Ada Lovelace", email: "ada@example.com", ...user };
  return { expires: new Date(Date.now() + DAY).toISOString(), ...more, user: somebody };
}

/** Settings of {@link TestSessionProvider}. */
export interface TestSessionProviderProps {
  readonly children?: ReactNode;
  /** Who is signed in, `null` for nobody, `"loading"` for the time before that is known. Default: {@link makeSession}. */
  readonly session?: Session | null | "loading";
  /** Called by `update()`; what it gives is what `update()` gives. */
  readonly onUpdate?: (data: unknown) => Session | null;
  /** Called where a component requires a session and there is none. */
  readonly onSignInRequired?: () => void;
}

/** Stands in for `SessionProvider` and asks nobody. */
export function TestSessionProvider(props: TestSessionProviderProps): ReactElement {
  const { children, session, onUpdate, onSignInRequired } = props;
  const source = useMemo(() => {
    const state = stateOf(session === undefined ? makeSession() : session);
    return {
      subscribe: () => () => {},
      state: () => state,
      update: async (data?: unknown) => onUpdate?.(data) ?? state.session ?? null,
      requireSignIn: () => onSignInRequired?.(),
    };
  }, [session, onUpdate, onSignInRequired]);
  return <SessionContext.Provider value={source}>{children}</SessionContext.Provider>;
}

function stateOf(session: Session | null | "loading"): SessionState {
  if (session === "loading") return { status: "loading", session: undefined };
  if (session === null) return { status: "unauthenticated", session };
  return { status: "authenticated", session };
}
