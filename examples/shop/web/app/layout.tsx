import { SessionProvider } from "@crossgate/next/client";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Frame } from "@/components/Frame";
import "@/styles/globals.css";

export const metadata: Metadata = {
  title: { default: "Paper & Brass", template: "%s · Paper & Brass" },
  description: "A small shop for people who think on paper.",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <SessionProvider>
          <Frame>{children}</Frame>
        </SessionProvider>
      </body>
    </html>
  );
}
