"use client";

import { useActionState } from "react";
import { addNote } from "../actions";

export function NoteForm() {
  const [said, action] = useActionState(addNote, null);
  return (
    <form action={action}>
      <label>
        Note <input name="note" required />
      </label>
      <button>Add</button>
      <p data-testid="said">{said}</p>
    </form>
  );
}
