import { withAuth } from "next-auth/middleware";

const STAFF = ["ada@shop.example"];

export default withAuth({
  pages: { signIn: "/login" },
  callbacks: {
    authorized({ token, req }) {
      if (req.nextUrl.pathname.startsWith("/staff")) return STAFF.includes(token?.email ?? "");
      return token !== null;
    },
  },
});

export const config = { matcher: ["/orders/:path*", "/profile", "/staff"] };
