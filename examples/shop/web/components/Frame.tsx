import Link from "next/link";
import type { ReactNode } from "react";
import { Header } from "./Header";

/** What is around every page, in both routers. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <Header />
      <main id="content" className="container">
        {children}
      </main>
      <footer className="container footer">
        <span>Paper &amp; Brass, tools for thinking</span>
        <Link href="/about">About the shop</Link>
      </footer>
    </>
  );
}
