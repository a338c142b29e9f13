"use client";

import { ApiError, apiFetch, apiJson, signIn, type SignInResult, signOut, useSession } from "@crossgate/next/client";
import { type FormEvent, useState } from "react";
import { Shown } from "./shown";

/** useSession with update(), signIn, signOut, apiFetch and apiJson. */
export function Account() {
  const { status, session, update } = useSession();
  const [said, setSaid] = useState("");

  async function onSignIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const result: SignInResult = await signIn("credentials", { ...fields, redirect: false });
    setSaid(result.ok ? "welcome" : `${result.code}: ${result.message}`);
  }
  async function add() {
    const note = await apiJson<{ text: string }>("/api/notes", { method: "POST", json: { text: "from a browser" } });
    setSaid(note.text);
  }
  async function ask() {
    try {
      await apiFetch("/api/admin");
      setSaid("allowed");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaid(`${error.status} ${error.code} ${error.apiCode ?? ""}`);
    }
  }
  return (
    <main>
      <Shown value={{ status, name: session?.user.name ?? null }} />
      <output data-testid="said">{said}</output>
      <form onSubmit={onSignIn}>
        <input name="email" />
        <input name="password" type="password" />
        <button>Sign in</button>
      </form>
      <button onClick={add}>Add a note</button>
      <button onClick={ask}>Ask for the safe</button>
      <button onClick={() => update({ name: "Countess Ada" })}>Change the name</button>
      <button onClick={() => signIn(undefined, { callbackUrl: "/client" })}>Sign in elsewhere</button>
      <button onClick={() => signOut({ callbackUrl: "/client" })}>Sign out</button>
    </main>
  );
}
