"use server";

import { AuthError } from "next-auth";
import { auth, signIn, signOut } from "../auth";

/** Needs a session: an action can be called by anybody, whatever page it stands on. */
export async function addNote(_: string | null, form: FormData): Promise<string> {
  const session = await auth();
  if (!session?.user) return "Please sign in.";
  return `${session.user.name} wrote: ${form.get("note")}`;
}

export async function signInHere(_: string | null, form: FormData): Promise<string | null> {
  try {
    await signIn("credentials", { ...Object.fromEntries(form), redirectTo: "/" });
    return null;
  } catch (error) {
    if (error instanceof AuthError) return "Wrong e-mail or password.";
    throw error;
  }
}

export async function signOutHere(): Promise<void> {
  await signOut({ redirectTo: "/" });
}
