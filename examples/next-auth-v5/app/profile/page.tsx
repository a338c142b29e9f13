"use client";

import { type FormEvent, useState } from "react";
import { useSession } from "next-auth/react";

/** Behind proxy.ts. */
export default function Profile() {
  const { data: session, update } = useSession();
  const [name, setName] = useState("");
  async function save(event: FormEvent) {
    event.preventDefault();
    await update({ name });
  }
  return (
    <form onSubmit={save}>
      <h1>Profile</h1>
      <p data-testid="name">{session?.user?.name}</p>
      <label>
        New name <input value={name} onChange={(event) => setName(event.target.value)} required />
      </label>
      <button>Save</button>
    </form>
  );
}
