"use client";

import { useSession } from "next-auth/react";

export function Owner() {
  const { data: session } = useSession();
  return <p>{session?.user ? `Notes of ${session.user.name}` : "Nobody's notes"}</p>;
}
