// getSessionFromRequest in getServerSideProps, of a page that is open.
import { getSessionFromRequest } from "@crossgate/next/server";
import type { GetServerSideProps } from "next";
import Link from "next/link";
import { Shown } from "@/components/shown";

interface Props {
  readonly subject: string | null;
}

export const getServerSideProps: GetServerSideProps<Props> = async ({ req }) => {
  const session = await getSessionFromRequest(req);
  return { props: { subject: session?.subject ?? null } };
};

export default function PropsPage({ subject }: Props) {
  return (
    <main>
      <Shown value={{ subject }} />
      <Link href="/ssr">Your page</Link>
    </main>
  );
}
