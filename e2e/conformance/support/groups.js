// The groups of cases, in the order of the report.
export const GROUPS = [
  { file: "a-sessions", title: "A. Session and reading", about: "Plain HTTP." },
  { file: "a-sign-in", title: "A. Signing in", about: "Plain HTTP: credentials, CSRF tokens and bodies." },
  { file: "a-pages", title: "A. Pages and what is no endpoint", about: "Plain HTTP." },
  {
    file: "b-client-v4",
    title: "B. The client of version 4",
    about: "The unmodified `next-auth/react` 4.24.15 in jsdom. B10 (e-mail) is left out: Crossgate sends no e-mail.",
  },
  {
    file: "c-client-v5",
    title: "C. The client of version 5",
    about: "The unmodified `next-auth/react` 5.0.0-beta.32 in jsdom.",
  },
  { file: "b-client-v4-24-11", title: "B. The client 4.24.11", about: "A smaller set, in front of the same servers." },
  {
    file: "c-client-v5-beta-29",
    title: "C. The client 5.0.0-beta.29",
    about: "A smaller set, in front of the same servers.",
  },
  {
    file: "c-client-v5-beta-30",
    title: "C. The client 5.0.0-beta.30",
    about: "A smaller set, in front of the same servers.",
  },
  {
    file: "c-client-v5-beta-31",
    title: "C. The client 5.0.0-beta.31",
    about: "A smaller set, in front of the same servers.",
  },
  {
    file: "d-tokens",
    title: "D. The app's session token",
    about:
      "Real `getToken`, `getServerSession`, `Auth`, `encode` and `decode` of both versions, with the same secret as Crossgate.",
  },
  {
    file: "d-from-app",
    title: "D. Cookies that the app sets",
    about:
      "The real `getServerSession` of version 4 and `Auth` of version 5 read the session, as an app does on its server.",
  },
  {
    file: "e-chunks",
    title: "E. Tokens that are too long for one cookie",
    about: "Towards the app, and from browsers that bring them.",
  },
  { file: "f-redirects", title: "F. Where a callbackUrl may lead", about: "Plain HTTP, in four ways." },
  {
    file: "g-providers",
    title: "G. Sign-in with a provider",
    about: "A small OpenID Provider. What comes back as a form (G09) is tried with a real one in the browser tests.",
  },
  {
    file: "h-forwarding",
    title: "H. What a client can make an app believe",
    about: "The middleware itself (`withAuth`, `auth`) runs in a real Next.js, in the browser tests of the examples.",
  },
  {
    file: "i-concurrency",
    title: "I. Many at once",
    about: "Two tabs of one browser are among the cases of the clients.",
  },
  {
    file: "j-crossing",
    title: "J. Moving in under load, and out again",
    about: "Two gateways as processes on one SQLite file; all cookies are sealed by the real `encode` of both versions.",
  },
];
