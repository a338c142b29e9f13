//! A provider: its discovery document, its keys, our client there, and our address there.

use crossgate_core::entropy::Entropy;
use crossgate_core::settings::Settings;
use crossgate_core::time::Clock;
use crossgate_nextauth::EndpointUrls;
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::token::TokenError;

use super::Finding;
use crate::provider::{AddressProbe, Provider, ProviderFault};

pub(super) async fn check(
    provider: &Provider,
    settings: &Settings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    tell: &mut dyn FnMut(Finding),
) {
    let id = &provider.settings.id;
    let about = format!("provider {id}");
    let metadata = match provider.metadata(clock.now()).await {
        Ok(metadata) => metadata,
        Err(fault) => return tell(Finding::broken(&about, fault.to_string(), fix_of(&fault, id.as_str()))),
    };
    tell(Finding::good(&about, format!("is {}", metadata.issuer.as_str())));
    if metadata.jwks_uri.is_some() {
        tell(keys(&about, provider, &metadata, clock).await);
    }
    let redirect = EndpointUrls::new(&settings.public_origin, &settings.own_pages).callback(id.as_str());
    tell(client(&about, provider, &metadata, &redirect, clock).await);
    tell(address(&about, provider, &metadata, &redirect, (clock, entropy)).await);
}

async fn keys(about: &str, provider: &Provider, metadata: &ProviderMetadata, clock: &dyn Clock) -> Finding {
    match provider.probe_keys(metadata, clock.now()).await {
        Ok(0) => Finding::broken(about, "has no key that we accept", "ask the provider for RS256 or ES256"),
        Ok(count) => Finding::good(about, format!("has {count} keys that we accept")),
        Err(fault) => Finding::broken(about, fault.to_string(), fix_of(&fault, about)),
    }
}

/// A made-up code is refused either way; what matters is whether the code or the client is.
async fn client(
    about: &str,
    provider: &Provider,
    metadata: &ProviderMetadata,
    redirect: &str,
    clock: &dyn Clock,
) -> Finding {
    match provider.probe_client(metadata, redirect, clock.now()).await {
        Ok(()) => Finding::doubtful(about, "accepted a made-up code", "tell the provider's operator"),
        Err(ProviderFault::Token(TokenError::InvalidGrant { .. } | TokenError::Refused { .. })) => {
            Finding::good(about, "knows this client and its secret")
        }
        Err(fault) => Finding::broken(about, fault.to_string(), fix_of(&fault, about)),
    }
}

async fn address(
    about: &str,
    provider: &Provider,
    metadata: &ProviderMetadata,
    redirect: &str,
    (clock, entropy): (&dyn Clock, &dyn Entropy),
) -> Finding {
    let register = format!("register {redirect} at the provider as a redirect URI (callback URL)");
    match provider.probe_address(metadata, redirect, clock.now(), entropy).await {
        Ok(AddressProbe::ComesBack) => Finding::good(about, format!("sends browsers back to {redirect}")),
        Ok(AddressProbe::Elsewhere) => Finding::good(about, "shows its sign-in to browsers"),
        Ok(AddressProbe::Refused(status)) => {
            Finding::broken(about, format!("answered the authorization request with {status}"), register)
        }
        Err(fault) => Finding::broken(about, fault.to_string(), register),
    }
}

fn fix_of(fault: &ProviderFault, id: &str) -> String {
    match fault {
        ProviderFault::Exchange { .. } | ProviderFault::Pausing => {
            "see whether this machine may open connections to it (firewall, proxy, DNS), and whether it is up"
                .into()
        }
        ProviderFault::Metadata(_) => {
            format!(
                "compare `issuer` (or the preset's own key) of [sign_in.{id}] with the provider's console, and list further hosts in `hosts`"
            )
        }
        ProviderFault::Token(TokenError::ClientRefused { .. }) => {
            "compare client_id, client_secret and client_authentication with the provider's console".into()
        }
        ProviderFault::Proof(_) => "private_key must be a PKCS #8 PEM for key_algorithm".into(),
        _ => "look at the provider's console and at its own log".into(),
    }
}
