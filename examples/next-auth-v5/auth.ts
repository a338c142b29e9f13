import NextAuth, { CredentialsSignin, type User } from "next-auth";
import Credentials from "next-auth/providers/credentials";

const API_URL = process.env.API_URL ?? "http://127.0.0.1:4000";
const STAFF = ["ada@shop.example"];

/** Signs in at the shop's API. */
async function signInAtApi({ email, password }: Partial<Record<string, unknown>>): Promise<User> {
  const response = await fetch(`${API_URL}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new CredentialsSignin();
  const { user, token } = await response.json();
  return { ...user, id: String(user.id), token };
}

export const { handlers, auth, signIn, signOut } = NextAuth({
  trustHost: true,
  pages: { signIn: "/login" },
  providers: [Credentials({ credentials: { email: {}, password: {} }, authorize: signInAtApi })],
  callbacks: {
    /** For proxy.ts. */
    authorized({ auth, request }) {
      if (request.nextUrl.pathname.startsWith("/staff")) return STAFF.includes(auth?.user?.email ?? "");
      return auth !== null;
    },
    jwt({ token, user, trigger, session }) {
      if (user) {
        token.sub = user.id;
        token.accessToken = (user as { token?: string }).token;
      }
      if (trigger === "update" && typeof session?.name === "string") token.name = session.name;
      return token;
    },
    session({ session, token }) {
      session.user.id = token.sub ?? "";
      return session;
    },
  },
});
