import { redirect } from "next/navigation";
import { auth } from "../../auth";

/** Behind proxy.ts. */
export default async function Orders() {
  const session = await auth();
  if (!session?.user) redirect("/login");
  return <h1>Orders of {session.user.name}</h1>;
}
