//! Where a browser is sent to sign in.

use crossgate_core::time::Timestamp;
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::authorization::{
    AuthorizationUrl, authorization_url, build_authorization_request, build_pushed_request,
    judge_pushed_answer, pushed_authorization_url,
};
use crossgate_oidc::client_authentication::prove;
use crossgate_oidc::transaction::SignInTransaction;
use http::HeaderMap;

use super::{Provider, ProviderFault};

impl Provider {
    /// The address at the provider; what the page has `chosen` counts where it is allowed.
    pub(crate) async fn authorization_url(
        &self,
        metadata: &ProviderMetadata,
        transaction: &SignInTransaction,
        chosen: &[(String, String)],
        now: Timestamp,
    ) -> Result<AuthorizationUrl, ProviderFault> {
        let form = build_authorization_request(&self.settings, transaction, chosen);
        self.address_of(metadata, form, now).await
    }

    /// The address of a request. Where the provider takes pushed requests, nothing of ours travels through the browser
    /// (RFC 9126).
    pub(super) async fn address_of(
        &self,
        metadata: &ProviderMetadata,
        form: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<AuthorizationUrl, ProviderFault> {
        if metadata.pushed_authorization_request_endpoint.is_none() {
            return Ok(authorization_url(metadata, &form));
        }
        let client = &self.settings.client;
        let (mut headers, mut proven) = (HeaderMap::new(), Vec::new());
        prove(client, metadata.issuer.as_str(), &self.proof(now), &mut proven, &mut headers)?;
        // A parameter must not stand twice (RFC 6749 §3.1); the request names us already.
        proven.retain(|(name, _)| name != "client_id");
        // The proof is not for browsers: it stays out of the form that may become an address.
        let pushed = [form.as_slice(), &proven].concat();
        let Some(request) = build_pushed_request(metadata, &pushed, headers) else {
            return Ok(authorization_url(metadata, &form));
        };
        let answer = self.exchange("the pushed authorization request", request).await?;
        let reference = judge_pushed_answer(&answer)?;
        Ok(pushed_authorization_url(metadata, &client.id, &reference))
    }
}
