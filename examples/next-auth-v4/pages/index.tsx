import Link from "next/link";
import { signIn, signOut, useSession } from "next-auth/react";

export default function Home() {
  const { data: session, status } = useSession();
  return (
    <>
      <h1>The shop</h1>
      <p data-testid="status">{session ? `${status}: ${session.user.name}, ${session.user.id}` : status}</p>
      <p>
        <Link href="/orders">Orders</Link> <Link href="/profile">Profile</Link> <Link href="/notes">Notes</Link>{" "}
        <Link href="/staff">Staff</Link>
      </p>
      {session ? <button onClick={() => signOut()}>Sign out</button> : <button onClick={() => signIn()}>Sign in</button>}
    </>
  );
}
