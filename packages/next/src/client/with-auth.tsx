"use client";
// Components for people who are signed in.
import type { ComponentType, ReactElement, ReactNode } from "react";
import type { Session } from "../shared/session.js";
import { useSession } from "./use-session.js";

/** What a component behind {@link withAuth} gets besides its own props. */
export interface WithSession {
  readonly session: Session;
}

/** Settings of {@link withAuth}. */
export interface WithAuthOptions {
  /** What is shown while nobody knows yet, and on the way to the sign-in page. Default: nothing. */
  readonly fallback?: ReactNode;
  /** What happens where nobody is signed in, in place of the sign-in page. */
  readonly onUnauthenticated?: () => void;
}

/** The component with its `session`, for people who are signed in; others are led to the sign-in page. */
export function withAuth<P extends WithSession>(
  Component: ComponentType<P>,
  { fallback = null, onUnauthenticated }: WithAuthOptions = {},
): ComponentType<Omit<P, keyof WithSession>> {
  function WithAuth(props: Omit<P, keyof WithSession>): ReactElement {
    const { session } = useSession({ required: true, ...(onUnauthenticated && { onUnauthenticated }) });
    return session ? <Component {...({ ...props, session } as unknown as P)} /> : <>{fallback}</>;
  }
  WithAuth.displayName = `withAuth(${Component.displayName ?? Component.name})`;
  return WithAuth;
}
