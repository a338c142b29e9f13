// For the app in front of Crossgate. Behind it, Crossgate protects the pages.
import { crossgateMiddleware, ServerError } from "@crossgate/next/middleware";
import type { NextRequest } from "next/server";

const guard = crossgateMiddleware({
  protect: ["/front/**"],
  publicPaths: ["/front/help"],
  publicUrl: process.env.FRONT_PUBLIC_URL,
  internalUrl: process.env.FRONT_CROSSGATE_URL,
});

/** The address of Crossgate must be https. */
const misconfigured = crossgateMiddleware({ protect: ["/front/**"], publicUrl: "http://shop.example" });

export default async function middleware(request: NextRequest) {
  if (request.nextUrl.pathname !== "/front/misconfigured") return guard(request);
  try {
    return await misconfigured(request);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return error.toResponse();
  }
}

export const config = { matcher: ["/front/:path*"] };
