"use client";

// What tests of components use, in a page so that every major renders it.
import { useSession } from "@crossgate/next/client";
import { makeSession, TestSessionProvider } from "@crossgate/next/testing";
import { Shown } from "@/components/shown";

const SESSION = makeSession({ name: "Somebody else" });

function Name() {
  const { session } = useSession();
  return <Shown value={session?.user.name} />;
}

export default function TestingPage() {
  return (
    <TestSessionProvider session={SESSION}>
      <Name />
    </TestSessionProvider>
  );
}
