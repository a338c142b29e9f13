//! A browser that signs out here too (OIDC RP-Initiated Logout 1.0 §2, §3).

use http::StatusCode;
use url::Url;

use super::answer::{self, Answer};
use super::server::Fields;
use super::{CLIENT_ID, Provider};

/// `GET /end-session`. Nobody is remembered here from one sign-in to the next, so there is nothing to ask: the browser
/// goes back, to the one place where it may.
pub(super) fn sign_out(provider: &Provider, fields: &Fields) -> Answer {
    let there = provider.at_gateway("signedout");
    let is_ours = fields.get("client_id") == Some(CLIENT_ID)
        && fields.get("post_logout_redirect_uri") == Some(&there)
        && !fields.has_twice();
    match Url::parse(&there).ok().filter(|_| is_ours) {
        Some(mut url) => {
            let state = fields.get("state").map(|state| ("state", state));
            url.query_pairs_mut().extend_pairs(state);
            answer::see_other(url.as_str())
        }
        None => answer::refusal(StatusCode::BAD_REQUEST, "only Crossgate can send people here to sign out"),
    }
}
