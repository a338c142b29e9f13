// Like Google: a secret in the Authorization header, the whole profile in the ID token, no end_session_endpoint.
import { clientSecret, openIdProvider } from "./openid.js";

export function google(url) {
  return openIdProvider({
    id: "google",
    title: "Google",
    issuer: url,
    client: { client_secret: clientSecret(), token_endpoint_auth_method: "client_secret_basic" },
    claimsOf: ({ name, email, picture }) => ({ name, email, email_verified: true, picture }),
    settings: {
      conformIdTokenClaims: false,
      features: {
        rpInitiatedLogout: { enabled: false },
        pushedAuthorizationRequests: { enabled: false },
        revocation: { enabled: true },
      },
    },
  });
}
