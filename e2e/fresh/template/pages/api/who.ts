// getSessionFromRequest in an API route.
import { getSessionFromRequest } from "@crossgate/next/server";
import type { NextApiRequest, NextApiResponse } from "next";

export default async function who(request: NextApiRequest, response: NextApiResponse) {
  const session = await getSessionFromRequest(request);
  response.json({ subject: session?.subject ?? null });
}
