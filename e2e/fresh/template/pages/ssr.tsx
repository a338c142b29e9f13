// withAuthSsr, and apiFetchFor with the request that it has.
import { apiFetchFor, type ServerSession, withAuthSsr } from "@crossgate/next/server";
import { Shown } from "@/components/shown";

interface Props {
  readonly session: ServerSession;
  readonly role: string;
}

export const getServerSideProps = withAuthSsr(async ({ req }) => {
  const me = (await (await apiFetchFor(req)("/api/me")).json()) as { role: string };
  return { props: { role: me.role } };
});

export default function SsrPage({ session, role }: Props) {
  return <Shown value={{ subject: session.subject, role }} />;
}
