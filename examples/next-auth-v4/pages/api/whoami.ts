import type { NextApiRequest, NextApiResponse } from "next";
import { getServerSession } from "next-auth";
import { getToken } from "next-auth/jwt";
import { authOptions } from "../../lib/auth";

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const session = await getServerSession(req, res, authOptions);
  const token = await getToken({ req });
  if (!session || !token) return res.status(401).json({ message: "Please sign in." });
  res.json({ user: session.user, subject: token.sub, hasAccessToken: token.accessToken !== undefined });
}
