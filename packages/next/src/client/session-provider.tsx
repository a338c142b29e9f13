"use client";
// Gives a page its session.
import { type ReactElement, type ReactNode, useEffect, useMemo, useState } from "react";
import type { Session } from "../shared/session.js";
import type { Client } from "./client.js";
import { client as plainClient } from "./plain.js";
import { SessionContext } from "./session-context.js";
import { SessionStore } from "./session-store.js";

/** Settings of {@link SessionProvider}. */
export interface SessionProviderProps {
  readonly children?: ReactNode;
  /**
   * The session, where the server knows it already: nothing is fetched then when the page opens. `null` for nobody.
   * It is looked at once; later changes come from Crossgate.
   */
  readonly session?: Session | null;
  /** For endpoints elsewhere than `/api/auth`: what `createClient` made. */
  readonly client?: Client;
  /** Whether it asks again when the tab is looked at again. Default `true`. */
  readonly refetchOnFocus?: boolean;
  /** Asks again every so many seconds, while the tab is looked at. It keeps no session alive. Default: never. */
  readonly refetchEvery?: number;
}

/** Knows who is signed in, for all `useSession()` below. It asks Crossgate once, and other tabs tell it of changes. */
export function SessionProvider(props: SessionProviderProps): ReactElement {
  const { children, session, client = plainClient, refetchOnFocus = true, refetchEvery } = props;
  const [initial] = useState(session);
  const store = useMemo(() => new SessionStore(client, initial), [client, initial]);
  useEffect(() => store.start({ onFocus: refetchOnFocus, every: refetchEvery }), [store, refetchOnFocus, refetchEvery]);
  const source = useMemo(
    () => ({
      subscribe: store.subscribe,
      state: store.state,
      update: (data?: unknown) => store.update(data),
      requireSignIn: () => void client.requireSignIn(),
    }),
    [store, client],
  );
  return <SessionContext.Provider value={source}>{children}</SessionContext.Provider>;
}
