"use client";

import { type Session, signIn, signOut, useSession } from "@crossgate/next/client";
import Link from "next/link";
import { usePathname } from "next/navigation";

const LINKS = [
  { href: "/", label: "Shop" },
  { href: "/dashboard", label: "Dashboard" },
  { href: "/account", label: "Account" },
  { href: "/cart", label: "Cart" },
  { href: "/wishlist", label: "Wishlist" },
  { href: "/feedback", label: "Feedback" },
];

function Navigation() {
  const pathname = usePathname();
  return (
    <nav className="nav" aria-label="Main">
      {LINKS.map(({ href, label }) => (
        <Link key={href} href={href} aria-current={pathname === href ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

function SignedIn({ session }: { session: Session }) {
  return (
    <>
      <Link href="/dashboard/settings" className="person-name" data-testid="user-name">
        {session.user.name ?? session.user.email ?? "Signed in"}
      </Link>
      <button className="button quiet" data-testid="sign-out" onClick={() => signOut({ callbackUrl: "/" })}>
        Sign out
      </button>
    </>
  );
}

function SignInButton() {
  // On the sign-in page itself it would only lead back there.
  if (usePathname() === "/login") return null;
  return (
    <button className="button" data-testid="sign-in" onClick={() => signIn()}>
      Sign in
    </button>
  );
}

function Person() {
  const { session, status } = useSession();
  return (
    <div className="person" aria-busy={status === "loading"}>
      {status === "authenticated" && <SignedIn session={session} />}
      {status === "unauthenticated" && <SignInButton />}
    </div>
  );
}

export function Header() {
  return (
    <header className="header">
      <div className="container header-row">
        <Link href="/" className="brand">
          Paper <span>&amp;</span> Brass
        </Link>
        <Person />
        <Navigation />
      </div>
    </header>
  );
}
