import { withAuthRoute } from "@crossgate/next/server";

export const GET = withAuthRoute((_request, { subject }) => Response.json({ subject }));
