"use client";

import { signIn } from "@crossgate/next/client";
import { type FormEvent, useState } from "react";

type Props = { callbackUrl: string; initialError?: string };

/** Signs in and leaves for the target; gives the reason where that did not work. */
async function submit(form: FormData, callbackUrl: string): Promise<string | undefined> {
  const email = String(form.get("email"));
  const password = String(form.get("password"));
  const result = await signIn("credentials", { redirect: false, email, password, callbackUrl });
  if (!result.ok) return result.message ?? "Signing in did not work. Please try again.";
  // The server has checked this target; ours is only what stood in the address. A full page load,
  // so that nothing rendered for a stranger is shown again.
  window.location.assign(result.url);
  return undefined;
}

export function LoginForm({ callbackUrl, initialError }: Props) {
  const [problem, setProblem] = useState(initialError);
  const [isBusy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    const unreachable = () => "Signing in is not possible right now. Please try again in a moment.";
    setProblem(await submit(new FormData(event.currentTarget), callbackUrl).catch(unreachable));
    setBusy(false);
  }

  return (
    <form onSubmit={onSubmit} method="post">
      {problem && (
        <p role="alert" data-testid="login-error">
          {problem}
        </p>
      )}
      <label className="field">
        E-mail
        <input name="email" type="email" autoComplete="username" required autoFocus />
      </label>
      <label className="field">
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button className="button wide" data-testid="login-submit" disabled={isBusy}>
        {isBusy ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}
