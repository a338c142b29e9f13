//! A small OpenID Provider with test people: authorization code with PKCE, refresh tokens that rotate, UserInfo, key set,
//! sign-out in both directions. It listens on loopback only, and lets everybody in as anybody.
//!
//! Who is signed in is read from the gateway's store, so that the page tells the truth after a restart too.

mod answer;
mod authorize;
mod back_channel;
mod desk;
mod grants;
mod guard;
mod keys;
mod pages;
mod people;
mod place;
mod server;
mod session;
mod sign_out;
mod token;

use std::sync::Arc;

use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::settings::Settings;
use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_gateway::Gateway;
use crossgate_store::Store;

use crate::Failure;
use crate::system::{SystemClock, SystemEntropy};
use grants::Grants;
use keys::Keys;
use session::Sessions;

pub(super) use people::People;
pub(super) use place::Place;
pub(super) use server::serve;

/// The name of its section, and so its id.
pub(super) const ID: &str = "dev";
/// The gateway's `client_id` here.
pub(super) const CLIENT_ID: &str = "crossgate-dev";

/// What it needs of the gateway.
pub(super) struct ProviderParts {
    pub(super) settings: Settings,
    pub(super) store: Arc<dyn Store>,
    pub(super) gateway: Arc<Gateway>,
}

/// See the [module](self).
pub(super) struct Provider {
    issuer: String,
    client_secret: crossgate_core::secret::SecretText,
    settings: Settings,
    people: People,
    keys: Keys,
    grants: Grants,
    sessions: Sessions,
    sealer: Sealer,
}

impl Provider {
    /// A provider with keys of its own, and where it listens.
    pub(super) fn new(
        place: Place,
        people: People,
        parts: ProviderParts,
    ) -> Result<(std::net::TcpListener, Self), Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("the provider of the test people cannot start: {error}"))
        };
        let keys = Keys::new(&SystemEntropy).map_err(|error| failed(&error))?;
        let sealer = Sealer::new(parts.settings.secrets.derive(KeyPurpose::DevelopmentTokens));
        let provider = Self {
            issuer: place.issuer(),
            client_secret: place.client_secret,
            people,
            keys,
            grants: Grants::new(sealer.clone()),
            sessions: Sessions::new(&parts.settings, parts.store, parts.gateway),
            sealer,
            settings: parts.settings,
        };
        Ok((place.listener, provider))
    }

    /// Its issuer, which is also its address.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Host and port, as they stand in `Host`.
    fn authority(&self) -> &str {
        self.issuer.strip_prefix("http://").unwrap_or_default()
    }

    /// Under this host people know the app.
    fn app_name(&self) -> &str {
        self.settings.public_origin.authority()
    }

    /// The path of an endpoint of the gateway.
    fn endpoint(&self, name: &str) -> String {
        self.settings.app.next_auth.endpoint(name)
    }

    /// The same, as browsers are sent there.
    fn at_gateway(&self, endpoint: &str) -> String {
        format!("{}{}", self.settings.public_origin.as_str(), self.endpoint(endpoint))
    }

    fn now(&self) -> Timestamp {
        SystemClock.now()
    }
}
