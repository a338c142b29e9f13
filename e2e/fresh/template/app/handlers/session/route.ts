import { getSession } from "@crossgate/next/server";

export async function GET() {
  return Response.json({ subject: (await getSession())?.subject ?? null });
}
