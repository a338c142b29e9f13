import { NoteForm } from "./note-form";
import { Owner } from "./owner";

/** The page is open; the action asks for a session. */
export default function Notes() {
  return (
    <>
      <NoteForm />
      <Owner />
    </>
  );
}
