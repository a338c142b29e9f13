import { useSession } from "next-auth/react";

/** Nobody but the browser protects this page. */
export default function Notes() {
  const { data: session, status } = useSession({ required: true });
  return status === "loading" ? <p>One moment …</p> : <h1>Notes of {session.user.name}</h1>;
}
