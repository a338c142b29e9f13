import type { ReactNode } from "react";
import { SessionProvider } from "next-auth/react";
import { auth } from "../auth";
import "./styles.css";

export const metadata = { title: "The shop" };

export default async function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <SessionProvider session={await auth()}>
          <main>{children}</main>
        </SessionProvider>
      </body>
    </html>
  );
}
