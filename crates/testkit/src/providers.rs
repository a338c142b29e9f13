//! The providers of a world, and how the shop is configured for them.

use std::sync::Arc;

use crate::clock::TestClock;
use crate::config::Place;
use crate::provider::{Authorization, CLIENT_ID, CLIENT_KEY, CLIENT_SECRET, OAuth2Provider, Provider};
use crate::upstream::Upstream;

/// What a story with providers begins with. `hub` is left to the stories that want it, see [`HUB`].
pub(crate) const WITH_PROVIDERS: &str = r#"
[sign_in.good]
type = "oidc"
name = "Good"
issuer = "${PROVIDER}"
client_id = "${CLIENT_ID}"
client_secret = "${CLIENT_SECRET}"

[sign_in.other]
type = "oidc"
name = "Other"
issuer = "${OTHER_PROVIDER}"
client_id = "${CLIENT_ID}"
client_secret = "${CLIENT_SECRET}"
"#;

/// A change that adds the provider without OpenID Connect.
pub const HUB: &str = r#"
[sign_in.hub]
type = "oauth2"
name = "Hub"
client_id = "${CLIENT_ID}"
client_secret = "${CLIENT_SECRET}"
scopes = ["read:user", "user:email"]
authorization_endpoint = "${HUB}/login/oauth/authorize"
token_endpoint = "${HUB}/login/oauth/access_token"
user_info_endpoint = "${HUB}/user"
emails_endpoint = "${HUB}/user/emails"
profile = { subject = "/id", name = ["/name", "/login"], email = "/email", email_verified = "/email_verified", image = "/avatar_url" }
"#;

/// All of them.
pub(crate) struct Providers {
    pub(crate) good: Provider,
    pub(crate) other: Provider,
    pub(crate) hub: OAuth2Provider,
}

impl Providers {
    pub(crate) fn start(clock: &Arc<TestClock>) -> Self {
        let provider = || Provider::start(Arc::clone(clock));
        Self { good: provider(), other: provider(), hub: OAuth2Provider::start(Arc::clone(clock)) }
    }

    pub(crate) fn upstreams(&self) -> [&Upstream; 3] {
        [&self.good, &self.other, &self.hub]
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        vec![
            ("PROVIDER", self.good.issuer().to_owned()),
            ("OTHER_PROVIDER", self.other.issuer().to_owned()),
            ("HUB", self.hub.issuer().to_owned()),
            ("CLIENT_ID", CLIENT_ID.to_owned()),
            ("CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("CLIENT_KEY", CLIENT_KEY.to_owned()),
        ]
    }

    /// The page at whichever provider this address leads to.
    pub(crate) fn authorize(&self, url: &str) -> Authorization {
        if url.starts_with(self.hub.issuer()) {
            self.hub.authorize(url)
        } else if url.starts_with(self.other.issuer()) {
            self.other.authorize(url)
        } else {
            self.good.authorize(url)
        }
    }
}
