// The app in front of Crossgate: middleware.ts protects this page, and Crossgate is asked who this is.
import { createServer } from "@crossgate/next/server";
import Link from "next/link";
import { Shown } from "@/components/shown";

const { requireSession } = createServer({
  source: "gateway",
  publicUrl: process.env.FRONT_PUBLIC_URL,
  internalUrl: process.env.FRONT_CROSSGATE_URL,
});

export default async function FrontPage() {
  const { user } = await requireSession({ callbackUrl: "/front" });
  return (
    <main>
      <Shown value={{ email: user.email }} />
      <Link href="/front?again=1" prefetch={false}>
        Once more
      </Link>
    </main>
  );
}
