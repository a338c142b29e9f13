//! A provider: its discovery document, its keys, our client there, and our address there.

use crossgate_core::provider::ClientAuthentication;
use crossgate_core::settings::Settings;
use crossgate_core::time::Clock;
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::token::TokenError;
use http::StatusCode;

use super::Finding;
use super::remedy::{fix_of, text_of};
use crate::gateway::endpoint_urls;
use crate::provider::{AddressProbe, Provider, ProviderFault};

/// Whom we ask, and about which address of ours.
struct Probe<'a> {
    about: String,
    provider: &'a Provider,
    redirect: String,
    clock: &'a dyn Clock,
}

pub(super) async fn check(
    provider: &Provider,
    settings: &Settings,
    clock: &dyn Clock,
    tell: &mut dyn FnMut(Finding),
) {
    let id = provider.settings.id.as_str();
    let redirect = endpoint_urls(settings).callback(id);
    let probe = Probe { about: format!("provider {id}"), provider, redirect, clock };
    let metadata = match provider.metadata(clock.now()).await {
        Ok(metadata) => metadata,
        Err(fault) => return tell(probe.fault(&fault)),
    };
    tell(probe.good(format!("is {}", metadata.issuer.as_str())));
    if metadata.jwks_uri.is_some() {
        tell(probe.keys(&metadata).await);
    }
    tell(probe.client(&metadata).await);
    tell(probe.address(&metadata).await);
}

impl Probe<'_> {
    fn good(&self, text: impl Into<String>) -> Finding {
        Finding::good(&self.about, text)
    }

    fn fault(&self, fault: &ProviderFault) -> Finding {
        let fix = fix_of(fault, self.provider.settings.id.as_str(), &self.redirect);
        Finding::broken(&self.about, text_of(fault), fix)
    }

    async fn keys(&self, metadata: &ProviderMetadata) -> Finding {
        match self.provider.probe_keys(metadata, self.clock.now()).await {
            Ok(1) => self.good("has 1 key that we accept"),
            Ok(count) => self.good(format!("has {count} keys that we accept")),
            Err(fault) => self.fault(&fault),
        }
    }

    /// A made-up code is refused either way; what matters is whether the code or the client is.
    async fn client(&self, metadata: &ProviderMetadata) -> Finding {
        match self.provider.probe_client(metadata, &self.redirect, self.clock.now()).await {
            Ok(()) => {
                Finding::doubtful(&self.about, "accepted a made-up code", "tell the provider's operator")
            }
            Err(ProviderFault::Token(TokenError::InvalidGrant { .. })) => {
                self.good(match self.provider.settings.client.authentication {
                    ClientAuthentication::None => "knows this client",
                    _ => "knows this client and its secret",
                })
            }
            Err(ProviderFault::Token(TokenError::Refused { code })) => Finding::doubtful(
                &self.about,
                format!("refused a made-up code with {code}"),
                "if that is about the code, all is well; if about the client, compare client_id and client_secret",
            ),
            Err(fault) => self.fault(&fault),
        }
    }

    async fn address(&self, metadata: &ProviderMetadata) -> Finding {
        match self.provider.probe_address(metadata, &self.redirect, self.clock.now()).await {
            Ok(AddressProbe::ComesBack) => self.good(format!("sends browsers back to {}", self.redirect)),
            Ok(AddressProbe::Elsewhere) => self.good("shows browsers a page of its own"),
            Ok(AddressProbe::Refused(status)) => self.refused(status),
            Err(fault) => self.fault(&fault),
        }
    }

    fn refused(&self, status: StatusCode) -> Finding {
        let text = format!("answered the authorization request with {status}");
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Finding::doubtful(
                &self.about,
                text,
                "try again later; then look at the provider's own log",
            );
        }
        let register = format!("register {} at the provider as a redirect URI (callback URL)", self.redirect);
        Finding::broken(&self.about, text, register)
    }
}
