//! Questions that `crossgate check --live` asks a provider. Nobody is signed in by them.

use crossgate_core::provider::Endpoint;
use crossgate_core::time::Timestamp;
use crossgate_oidc::authorization::{
    ResponseError, build_authorization_request, judge_authorization_response, parse_authorization_response,
};
use crossgate_oidc::token::{CodeGrant, build_token_request, judge_token_response};
use crossgate_oidc::transaction::{Purpose, SignInTransaction, TransactionStart};
use crossgate_oidc::{ProviderAnswer, ProviderMetadata, ProviderRequest};
use http::{StatusCode, header};

use super::{Provider, ProviderFault};

/// What a provider says when it would have had to show something (OIDC Core §3.1.2.6).
const WITHOUT_A_PERSON: [&str; 4] =
    ["login_required", "interaction_required", "consent_required", "account_selection_required"];

/// What became of an authorization request without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressProbe {
    /// It answered to our own address: it is registered.
    ComesBack,
    /// It shows something of its own, or sends the browser somewhere of its own.
    Elsewhere,
    /// It refused, or failed.
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
        let transaction = self.probing(metadata, redirect, now)?;
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
    ) -> Result<AddressProbe, ProviderFault> {
        let transaction = self.probing(metadata, redirect, now)?;
        let mut form = build_authorization_request(&self.settings, &transaction, &[]);
        form.retain(|(name, _)| name != "prompt");
        form.push(("prompt".to_owned(), "none".to_owned()));
        let url = self.address_of(metadata, form, now).await?;
        let Ok(endpoint) = Endpoint::parse(url.as_str()) else {
            return Ok(AddressProbe::Elsewhere);
        };
        let answer = self.exchange("the authorization endpoint", ProviderRequest::get(endpoint)).await?;
        match returned(&answer, redirect) {
            Some(query) => self.judge_return(query, &transaction, metadata),
            None if answer.status.is_client_error() || answer.status.is_server_error() => {
                Ok(AddressProbe::Refused(answer.status))
            }
            None => Ok(AddressProbe::Elsewhere),
        }
    }

    /// A browser would be back. That nobody was there to sign in is no fault of the provider's; everything else would
    /// turn people away as well.
    fn judge_return(
        &self,
        query: &str,
        transaction: &SignInTransaction,
        metadata: &ProviderMetadata,
    ) -> Result<AddressProbe, ProviderFault> {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let response = parse_authorization_response(pairs)?;
        match judge_authorization_response(response, transaction, &self.settings.id, metadata) {
            Ok(_) | Err(ResponseError::Denied { .. }) => Ok(AddressProbe::ComesBack),
            Err(ResponseError::Provider { code, .. }) if WITHOUT_A_PERSON.contains(&code.as_str()) => {
                Ok(AddressProbe::ComesBack)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn probing(
        &self,
        metadata: &ProviderMetadata,
        redirect: &str,
        now: Timestamp,
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
        Ok(SignInTransaction::begin(start, &*self.entropy)?)
    }
}

/// The query with which a browser would be sent back to this very address.
fn returned<'a>(answer: &'a ProviderAnswer, redirect: &str) -> Option<&'a str> {
    let location = answer.headers.get(header::LOCATION)?.to_str().ok()?;
    location.strip_prefix(redirect)?.strip_prefix('?')
}
