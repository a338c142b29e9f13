// For the app in front of Crossgate. Behind it, Crossgate protects the pages.
import { crossgateMiddleware } from "@crossgate/next/middleware";

export default crossgateMiddleware({
  protect: ["/front/**"],
  publicPaths: ["/front/help"],
  publicUrl: process.env.FRONT_PUBLIC_URL,
  internalUrl: process.env.FRONT_CROSSGATE_URL,
});

export const config = { matcher: ["/front/:path*"] };
