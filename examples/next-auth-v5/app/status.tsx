"use client";

import { signIn, signOut, useSession } from "next-auth/react";

export function Status() {
  const { data: session, status } = useSession();
  return (
    <>
      <p data-testid="status">{session?.user ? `${status}: ${session.user.name}, ${session.user.id}` : status}</p>
      {session ? <button onClick={() => signOut()}>Sign out</button> : <button onClick={() => signIn()}>Sign in</button>}
    </>
  );
}
