import type { Metadata } from "next";

export const metadata: Metadata = { title: "About" };

export default function AboutPage() {
  return (
    <section className="prose">
      <h1>About the shop</h1>
      <p>
        Paper &amp; Brass sells what helps people to think: notebooks that lie flat, pens that do not skip, and
        instruments that outlive their owners.
      </p>
      <p>Orders placed before noon leave on the same day. Returns are free for thirty days.</p>
    </section>
  );
}
