// The groups of cases, in the order of the report.
export const GROUPS = [
  { file: "a-sessions", title: "A. Session and reading", about: "Plain HTTP." },
  { file: "a-sign-in", title: "A. Signing in", about: "Plain HTTP: credentials, CSRF tokens and bodies." },
  { file: "a-pages", title: "A. Pages and what is no endpoint", about: "Plain HTTP." },
];
