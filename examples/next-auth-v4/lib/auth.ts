import type { NextAuthOptions, User } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";

const API_URL = process.env.API_URL ?? "http://127.0.0.1:4000";

/** Signs in at the shop's API. What is thrown here is shown on the sign-in page. */
async function signInAtApi(email = "", password = ""): Promise<User> {
  const response = await fetch(`${API_URL}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return { ...answer.user, id: String(answer.user.id), token: answer.token };
}

export const authOptions: NextAuthOptions = {
  pages: { signIn: "/login", error: "/login" },
  providers: [
    CredentialsProvider({
      name: "Shop",
      credentials: { email: { type: "email" }, password: { type: "password" } },
      authorize: (credentials) => signInAtApi(credentials?.email, credentials?.password),
    }),
  ],
  callbacks: {
    jwt({ token, user, trigger, session }) {
      if (user) token.accessToken = user.token;
      if (trigger === "update" && typeof session?.name === "string") token.name = session.name;
      return token;
    },
    session({ session, token }) {
      // next-auth fills the session from the token as it was before update().
      session.user = { ...session.user, id: token.sub ?? "", name: token.name };
      return session;
    },
  },
};
