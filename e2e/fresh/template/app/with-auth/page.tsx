"use client";

import { withAuth, type WithSession } from "@crossgate/next/client";
import { Shown } from "@/components/shown";

function Greeting({ session }: WithSession) {
  return <Shown value={session.user.name} />;
}

export default withAuth(Greeting, { fallback: <Shown value="wait" /> });
