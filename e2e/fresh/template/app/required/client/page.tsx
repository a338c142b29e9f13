"use client";

// useSession of a page that nobody else protects.
import { useSession } from "@crossgate/next/client";
import { Shown } from "@/components/shown";

export default function RequiredPage() {
  const { status, session } = useSession({ required: true });
  return <Shown value={status === "loading" ? status : session.user.name} />;
}
