//! Providers at runtime: what they said about themselves, and the exchanges with them.

mod authorization;
mod client;
mod fault;
mod known;
mod probe;
mod redeem;
mod renew;
mod sign_out;
mod slot;

use std::sync::Arc;

use crossgate_core::entropy::Entropy;
use crossgate_core::provider::{ProviderId, ProviderSettings};
use crossgate_oidc::{ProviderAnswer, ProviderRequest};

pub(crate) use client::{ExchangeError, ProviderClient};
pub(crate) use fault::{ProviderFault, TransactionFault};
pub(crate) use probe::AddressProbe;
pub(crate) use redeem::{Returned, Vouched};

use crate::refusal::Refusal;
use known::Known;

/// A provider that people can sign in with.
pub(crate) struct Provider {
    pub(crate) settings: ProviderSettings,
    known: Known,
    client: ProviderClient,
    entropy: Arc<dyn Entropy>,
}

impl Provider {
    /// The refusal of a request because of a fault.
    pub(crate) fn refusal(&self, fault: impl Into<ProviderFault>) -> Refusal {
        Refusal::Provider { provider: self.settings.id.clone(), fault: Box::new(fault.into()) }
    }

    /// Sends a request; `what` names it for the operator.
    pub(crate) async fn exchange(
        &self,
        what: &'static str,
        request: ProviderRequest,
    ) -> Result<ProviderAnswer, ProviderFault> {
        self.client.send(request).await.map_err(|error| ProviderFault::Exchange { what, error })
    }
}

/// All providers, in the order they were written.
pub(crate) struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// # Errors
    /// When the certificates that the operating system trusts cannot be read.
    pub(crate) fn new(
        settings: &[ProviderSettings],
        entropy: &Arc<dyn Entropy>,
    ) -> Result<Self, reqwest::Error> {
        if settings.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let client = ProviderClient::new()?;
        let provider = |settings: &ProviderSettings| {
            Arc::new(Provider {
                settings: settings.clone(),
                known: Known::default(),
                client: client.clone(),
                entropy: Arc::clone(entropy),
            })
        };
        Ok(Self(settings.iter().map(provider).collect()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }

    /// The provider with this id, as it stands in a path.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.settings.id.as_str() == id)
    }

    /// The provider that a session remembers, if it is still configured with the same issuer.
    pub(crate) fn of_login(
        &self,
        id: &ProviderId,
        issuer: &crossgate_core::provider::Issuer,
    ) -> Option<&Arc<Provider>> {
        self.get(id.as_str()).filter(|provider| provider.settings.issuer() == issuer)
    }
}
