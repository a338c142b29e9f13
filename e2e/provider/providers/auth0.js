// Like Auth0: a slash at the end of the issuer, `audience` for JWTs that an API can verify, refresh tokens, and everything
// that there is for signing out.
import { errors } from "oidc-provider";
import { page } from "../support/html.js";
import { AUDIENCE } from "./audience.js";
import { clientSecret, openIdProvider } from "./openid.js";

/** Auth0 says `audience` where the specification came to say `resource`. */
const apisByAudience = {
  enabled: true,
  defaultResource: ({ oidc }) => oidc.params?.audience,
  useGrantedResource: () => true,
  getResourceServerInfo: (_context, indicator) => {
    if (indicator !== AUDIENCE) throw new errors.InvalidTarget();
    return { scope: "openid profile email orders", audience: indicator, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } };
  },
};

/** Asks first, so that a test sees that the person came by. */
function askBeforeSignOut(context, form) {
  const button = '<button form="op.logoutForm" name="logout" value="yes">Sign out of Auth0</button>';
  context.body = page("Sign out of Auth0?", form + button);
}

function signedOut(context) {
  context.body = page("Signed out of Auth0", "");
}

export function auth0(url) {
  return openIdProvider({
    id: "auth0",
    title: "Auth0",
    issuer: `${url}/`,
    client: {
      client_secret: clientSecret(),
      token_endpoint_auth_method: "client_secret_post",
      backchannel: true,
      endSession: true,
    },
    claimsOf: ({ name, email, picture }) => ({ name, email, email_verified: true, picture }),
    settings: {
      conformIdTokenClaims: false,
      extraParams: ["audience"],
      // Without asking for consent again: Auth0 does so for a company's own clients.
      issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
      expiresWithSession: () => false,
      // Each is good once; a second use ends everything that came of the sign-in.
      rotateRefreshToken: true,
      features: {
        resourceIndicators: apisByAudience,
        pushedAuthorizationRequests: { enabled: false },
        revocation: { enabled: true },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true, logoutSource: askBeforeSignOut, postLogoutSuccessSource: signedOut },
      },
      // What a gateway on this machine is told goes to this machine.
      fetch: (target, { dispatcher, ...options }) => fetch(target, options),
    },
  });
}
