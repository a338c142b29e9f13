// requireSession in a Server Component, of a page that Crossgate does not protect.
import { requireSession } from "@crossgate/next/server";
import { Shown } from "@/components/shown";

export default async function RequiredPage() {
  const { subject } = await requireSession({ callbackUrl: "/required/server" });
  return <Shown value={{ subject }} />;
}
