//! Questions that `crossgate check --live` asks a provider. Nobody is signed in by them.

use crossgate_core::entropy::Entropy;
use crossgate_core::provider::Endpoint;
use crossgate_core::time::Timestamp;
use crossgate_oidc::authorization::{authorization_url, build_authorization_request};
use crossgate_oidc::token::{CodeGrant, build_token_request, judge_token_response};
use crossgate_oidc::transaction::{Purpose, SignInTransaction, TransactionStart};
use crossgate_oidc::{ProviderMetadata, ProviderRequest};
use http::{StatusCode, header};

use super::{Provider, ProviderFault};

/// What became of an authorization request without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressProbe {
    /// It answered to our own address: it is registered.
    ComesBack,
    /// It shows something of its own, or sends the browser somewhere of its own.
    Elsewhere,
    /// It refused.
    Refused(StatusCode),
}

impl Provider {
    /// How many keys there are that we accept.
    pub(crate) async fn probe_keys(
        &self,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<usize, ProviderFault> {
        Ok(self.keys(metadata, now).await?.len())
    }

    /// Redeems a code that nobody issued.
    pub(crate) async fn probe_client(
        &self,
        metadata: &ProviderMetadata,
        redirect: &str,
        now: Timestamp,
    ) -> Result<(), ProviderFault> {
        let transaction = self.probing(metadata, redirect, now, &*self.entropy)?;
        let grant = CodeGrant {
            code: "crossgate-check-made-this-code-up",
            redirect_uri: redirect,
            code_verifier: transaction.verifier.expose_secret(),
        };
        let request = build_token_request(&self.settings, metadata, &grant, &self.proof(now))?;
        let answer = self.exchange("the token endpoint", request).await?;
        judge_token_response(&answer, now)?;
        Ok(())
    }

    /// Sends an authorization request as a browser would, and asks for no interaction (OIDC Core §3.1.2.1).
    pub(crate) async fn probe_address(
        &self,
        metadata: &ProviderMetadata,
        redirect: &str,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<AddressProbe, ProviderFault> {
        let transaction = self.probing(metadata, redirect, now, entropy)?;
        let mut form = build_authorization_request(&self.settings, &transaction, &[]);
        form.retain(|(name, _)| name != "prompt");
        form.push(("prompt".to_owned(), "none".to_owned()));
        let Ok(endpoint) = Endpoint::parse(authorization_url(metadata, &form).as_str()) else {
            return Ok(AddressProbe::Elsewhere);
        };
        let answer = self.exchange("the authorization endpoint", ProviderRequest::get(endpoint)).await?;
        let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        Ok(match location {
            Some(location) if location.starts_with(redirect) => AddressProbe::ComesBack,
            _ if answer.status.is_client_error() => AddressProbe::Refused(answer.status),
            _ => AddressProbe::Elsewhere,
        })
    }

    fn probing(
        &self,
        metadata: &ProviderMetadata,
        redirect: &str,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<SignInTransaction, ProviderFault> {
        let start = TransactionStart {
            provider: self.settings.id.clone(),
            issuer: metadata.issuer.clone(),
            redirect_uri: redirect.to_owned(),
            return_to: "/".to_owned(),
            purpose: Purpose::SignIn,
            replaces: None,
            now,
        };
        Ok(SignInTransaction::begin(start, entropy)?)
    }
}
