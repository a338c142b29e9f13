import "@crossgate/next/server";

declare module "@crossgate/next/server" {
  interface SessionUser {
    readonly role?: "admin" | "customer";
  }
}
