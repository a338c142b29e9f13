const SENTENCES: Record<string, string> = {
  AccessDenied: "You do not have access.",
  Callback: "Signing in with that provider did not work.",
  CredentialsSignin: "Wrong e-mail or password.",
  OAuthAccountNotLinked: "Sign in the way you did the first time.",
  OAuthCallback: "Signing in with that provider did not work.",
  OAuthSignin: "Signing in with that provider did not work.",
  SessionRequired: "Please sign in to see this page.",
};

/** For `?error=` in the address, which anybody can write: only known codes become text. */
export function describeErrorParameter(error: string | undefined): string | undefined {
  if (!error) return undefined;
  return SENTENCES[error] ?? "Signing in did not work. Please try again.";
}
