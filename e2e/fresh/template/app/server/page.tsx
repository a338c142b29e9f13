// getSession in a Server Component, of a page that is open.
import { getSession, type ServerSession } from "@crossgate/next/server";
import { Shown } from "@/components/shown";

export default async function ServerPage() {
  const session: ServerSession | null = await getSession();
  return <Shown value={session && { subject: session.subject, role: session.user.role ?? null, handle: session.sessionHandle }} />;
}
