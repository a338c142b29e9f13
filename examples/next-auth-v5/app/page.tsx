import Link from "next/link";
import { signOutHere } from "./actions";
import { Status } from "./status";

export default function Home() {
  return (
    <>
      <h1>The shop</h1>
      <Status />
      <p>
        <Link href="/orders">Orders</Link> <Link href="/profile">Profile</Link> <Link href="/notes">Notes</Link>{" "}
        <Link href="/staff">Staff</Link>
      </p>
      <form action={signOutHere}>
        <button>Sign out on the server</button>
      </form>
    </>
  );
}
