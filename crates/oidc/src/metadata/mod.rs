//! What a provider says about itself (OIDC Discovery 1.0 §3, RFC 8414 §2).

mod judge;

use crossgate_core::provider::{Endpoint, EndpointError, Issuer, OAuth2Settings, OpenIdSettings};

use crate::request::ProviderRequest;

pub use judge::{MetadataError, judge_metadata};

/// A provider's metadata, checked: every endpoint is protected and on a host that the operator allowed.
#[derive(Debug, Clone)]
pub struct ProviderMetadata {
    /// Who it is.
    pub issuer: Issuer,
    /// Where browsers are sent.
    pub authorization_endpoint: Endpoint,
    /// Where codes are redeemed.
    pub token_endpoint: Endpoint,
    /// Its keys; an OAuth 2 provider has none.
    pub jwks_uri: Option<Endpoint>,
    /// Who a token belongs to.
    pub user_info_endpoint: Option<Endpoint>,
    /// RFC 7009.
    pub revocation_endpoint: Option<Endpoint>,
    /// OIDC RP-Initiated Logout.
    pub end_session_endpoint: Option<Endpoint>,
    /// RFC 9126.
    pub pushed_authorization_request_endpoint: Option<Endpoint>,
    /// Whether its answers always carry `iss` (RFC 9207 §3).
    pub answers_with_issuer: bool,
    /// What `iss` in its answers must be.
    pub issuer_in_answers: Issuer,
    /// Whether it takes pushed authorization requests only (RFC 9126 §5).
    pub requires_pushed_authorization: bool,
    /// Algorithms it signs ID tokens with; empty where it does not say.
    pub signature_algorithms: Vec<String>,
    /// How clients may prove who they are at the token endpoint; empty where it does not say.
    pub client_authentication_methods: Vec<String>,
}

/// Asks for the discovery document.
///
/// # Errors
/// When the issuer makes no address; a checked issuer always does.
pub fn build_metadata_request(settings: &OpenIdSettings) -> Result<ProviderRequest, EndpointError> {
    Endpoint::parse(&settings.issuer.discovery_address()).map(ProviderRequest::get)
}

/// The metadata of an OAuth 2 provider: what the operator declared, and nothing else.
#[must_use]
pub fn declared_metadata(settings: &OAuth2Settings) -> ProviderMetadata {
    let endpoints = &settings.endpoints;
    ProviderMetadata {
        issuer: settings.issuer.clone(),
        authorization_endpoint: endpoints.authorization.clone(),
        token_endpoint: endpoints.token.clone(),
        jwks_uri: None,
        user_info_endpoint: Some(endpoints.user_info.clone()),
        revocation_endpoint: endpoints.revocation.clone(),
        end_session_endpoint: None,
        pushed_authorization_request_endpoint: None,
        answers_with_issuer: endpoints.answers_with_issuer.is_some(),
        issuer_in_answers: endpoints.answers_with_issuer.clone().unwrap_or_else(|| settings.issuer.clone()),
        requires_pushed_authorization: false,
        signature_algorithms: Vec::new(),
        client_authentication_methods: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
