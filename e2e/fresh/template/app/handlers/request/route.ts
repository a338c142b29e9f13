import { getSessionFromRequest } from "@crossgate/next/server";
import type { NextRequest } from "next/server";

export async function GET(request: NextRequest) {
  return Response.json({ subject: (await getSessionFromRequest(request))?.subject ?? null });
}
