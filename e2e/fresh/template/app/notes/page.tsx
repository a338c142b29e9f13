// apiFetch in a Server Component and in a Server Action.
import { apiFetch, requireSession } from "@crossgate/next/server";
import { revalidatePath } from "next/cache";

interface Note {
  readonly author: string;
  readonly text: string;
}

async function addNote(form: FormData) {
  "use server";
  await requireSession();
  const headers = { "content-type": "application/json" };
  await apiFetch("/api/notes", { method: "POST", headers, body: JSON.stringify({ text: form.get("text") }) });
  revalidatePath("/notes");
}

export default async function NotesPage() {
  await requireSession({ callbackUrl: "/notes" });
  const { notes } = (await (await apiFetch("/api/notes")).json()) as { notes: Note[] };
  return (
    <main>
      <ul>{notes.map(({ author, text }) => <li key={text}>{`${author}: ${text}`}</li>)}</ul>
      <form action={addNote}>
        <input name="text" aria-label="Text" />
        <button>Add</button>
      </form>
    </main>
  );
}
