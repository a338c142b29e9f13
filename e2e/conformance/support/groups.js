// The groups of cases, in the order of the report.
export const GROUPS = [
  { file: "a-sessions", title: "A. Session and reading", about: "Plain HTTP." },
  { file: "a-sign-in", title: "A. Signing in", about: "Plain HTTP: credentials, CSRF tokens and bodies." },
  { file: "a-pages", title: "A. Pages and what is no endpoint", about: "Plain HTTP." },
  { file: "b-client-v4", title: "B. The client of version 4", about: "The unmodified `next-auth/react` 4.24.15 in jsdom. B10 (e-mail) is left out: Crossgate sends no e-mail." },
  { file: "c-client-v5", title: "C. The client of version 5", about: "The unmodified `next-auth/react` 5.0.0-beta.32 in jsdom." },
  { file: "f-redirects", title: "F. Where a callbackUrl may lead", about: "Plain HTTP, in four ways." },
  { file: "g-providers", title: "G. Sign-in with a provider", about: "A small OpenID Provider. What comes back as a form (G09) is tried with a real one in the browser tests." },
];
