// What Crossgate answers itself.

// The exact set. A path beside it would come back from Crossgate as a page, round and round.
const ENDPOINTS = [
  "session", "csrf", "providers", "signin", "signin/:provider", "callback/:provider", "signout", "signedout", "error",
  "verify-request", "_log", "link/:provider", "backchannel-logout/:provider", "introspect", "revoke", "sessions",
  "sessions/:handle",
];
const WELL_KNOWN = ["/.well-known/jwks.json", "/.well-known/crossgate/style.css"];

/** The paths of Crossgate's endpoints, as the sources of rewrites are written. */
export function endpointPaths(basePath: string): string[] {
  return [...ENDPOINTS.map((endpoint) => `${basePath}/${endpoint}`), ...WELL_KNOWN];
}
