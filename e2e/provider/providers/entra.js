// Like Entra ID: an issuer with a path, a client that proves itself with a key, requests that are pushed first, and no
// word on whether an e-mail address was verified. The profile has to be asked for.
import { writeFileSync } from "node:fs";
import { required } from "../support/environment.js";
import { newPem, publicJwk } from "./keys.js";
import { openIdProvider } from "./openid.js";

const TENANT = "5f0c1c0e-6a3b-4d0e-9c61-1b8a52c3f7d4";
const KEY_ID = "client-key-1";

/** Makes the client's key; the private half is left in a file for the gateways. Gives the public half. */
function newClientKey() {
  const pem = newPem("ES256");
  writeFileSync(required("CLIENT_KEY_FILE"), pem, { mode: 0o600 });
  return publicJwk(pem, { kid: KEY_ID, alg: "ES256" });
}

export function entra(url) {
  return openIdProvider({
    id: "entra",
    title: "Entra ID",
    issuer: `${url}/${TENANT}/v2.0`,
    // Entra ID itself signs with RSA. That one of the three does not is for the sake of the tests.
    algorithm: "ES256",
    client: {
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      require_pushed_authorization_requests: true,
      jwks: { keys: [newClientKey()] },
    },
    claimsOf: ({ name, email }) => ({ name, email }),
    settings: {
      claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
      features: {
        rpInitiatedLogout: { enabled: false },
        pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      },
    },
  });
}
