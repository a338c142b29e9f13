"use client";
// What components get their session from.
import { createContext, useContext } from "react";
import type { Session } from "../shared/session.js";
import type { SessionState } from "./session-store.js";

/** A session as components see it, and what they can do about it. */
export interface SessionSource {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => SessionState;
  readonly update: (data?: unknown) => Promise<Session | null>;
  readonly requireSignIn: () => void;
}

export const SessionContext = createContext<SessionSource | null>(null);

/** @throws where there is no `SessionProvider` above. */
export function useSource(): SessionSource {
  const source = useContext(SessionContext);
  if (source) return source;
  throw new Error("useSession() was called outside of a SessionProvider; fix: wrap the app in <SessionProvider>");
}
