"use client";

import { useActionState } from "react";
import { signInHere } from "../actions";

export default function Login() {
  const [error, action] = useActionState(signInHere, null);
  return (
    <form action={action}>
      <h1>Sign in to the shop</h1>
      {error && <p role="alert">{error}</p>}
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
    </form>
  );
}
