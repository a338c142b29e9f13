"use client";
// Who is signed in, for a component.
import { useEffect, useSyncExternalStore } from "react";
import type { Session } from "../shared/session.js";
import { useSource } from "./session-context.js";
import type { SessionState } from "./session-store.js";

/** Settings of {@link useSession}. */
export interface UseSessionOptions<R extends boolean = boolean> {
  /** Whether the page is for people who are signed in. Others are led to the sign-in page and from there back. */
  readonly required?: R;
  /** What happens to others instead. */
  readonly onUnauthenticated?: () => void;
}

/** What a component can do about the session. */
export interface SessionActions {
  /** Changes what `update` in `[app.next_auth]` lists; without data it only asks again. Counts as activity. */
  readonly update: (data?: unknown) => Promise<Session | null>;
}

/** Who is signed in. */
export type SessionInfo = SessionState & SessionActions;

/** The same where nobody else sees the page. */
export type RequiredSessionInfo = Exclude<SessionState, { readonly status: "unauthenticated" }> & SessionActions;

/**
 * Who is signed in. While `status` is `loading` nobody knows yet.
 *
 * @throws where there is no `SessionProvider` above.
 */
export function useSession(options: UseSessionOptions<true> & { readonly required: true }): RequiredSessionInfo;
export function useSession(options?: UseSessionOptions): SessionInfo;
export function useSession({ required = false, onUnauthenticated }: UseSessionOptions = {}): SessionInfo {
  const source = useSource();
  const state = useSyncExternalStore(source.subscribe, source.state, source.state);
  const isMissing = required && state.status === "unauthenticated";
  useEffect(() => {
    if (isMissing) (onUnauthenticated ?? source.requireSignIn)();
    // What is to happen is what was said when it turned out that nobody is signed in.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isMissing, source]);
  return { ...(isMissing ? { status: "loading", session: undefined } : state), update: source.update };
}
