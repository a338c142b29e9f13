"use client";

import { signIn } from "@crossgate/next/client";
import Link from "next/link";
import type { ReactNode } from "react";

/** A friendly page-sized message. */
export function Notice({ title, children, testId }: { title: string; children: ReactNode; testId?: string }) {
  return (
    <section className="card notice" data-testid={testId}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}

export function SignedOutNotice() {
  return (
    <Notice title="You are not signed in" testId="signed-out">
      <p>Sign in to see this page.</p>
      <button className="button" onClick={() => signIn()}>
        Sign in
      </button>
    </Notice>
  );
}

export function NotFoundNotice() {
  return (
    <Notice title="Nothing here" testId="not-found">
      <p>This page does not exist, or it is not yours.</p>
      <Link className="button" href="/">
        Back to the shop
      </Link>
    </Notice>
  );
}

export function ServerErrorNotice({ children }: { children?: ReactNode }) {
  return (
    <Notice title="Something went wrong" testId="error">
      <p>The shop cannot be reached right now. Please try again in a moment.</p>
      {children}
    </Notice>
  );
}
