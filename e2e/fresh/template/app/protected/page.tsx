// Crossgate protects this page, so nobody else gets here.
import { requireSession } from "@crossgate/next/server";
import { Shown } from "@/components/shown";

export default async function ProtectedPage() {
  const { user } = await requireSession();
  return <Shown value={{ name: user.name }} />;
}
