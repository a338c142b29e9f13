// createServer with options in place of the environment.
import { createServer } from "@crossgate/next/server";
import { Shown } from "@/components/shown";

const { getSession, apiFetch } = createServer({
  source: "identity",
  publicUrl: process.env.CROSSGATE_PUBLIC_URL,
  apiUrl: process.env.API_URL,
  apiHeaders: ["authorization"],
});

export default async function CreatedPage() {
  const session = await getSession();
  if (!session) return <Shown value={null} />;
  const me = (await (await apiFetch("/api/me")).json()) as { subject: string; role: string; kind: string };
  return <Shown value={{ subject: session.subject, api: me.subject, role: me.role, kind: me.kind }} />;
}
