import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Frame } from "@/components/Frame";
import "@/styles/globals.css";
import { Providers } from "./providers";

export const metadata: Metadata = {
  title: { default: "Paper & Brass", template: "%s · Paper & Brass" },
  description: "A small shop for people who think on paper.",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>
          <Frame>{children}</Frame>
        </Providers>
      </body>
    </html>
  );
}
