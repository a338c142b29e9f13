//! What a provider says about itself (OIDC Discovery 1.0 §3, RFC 8414 §2).

use crossgate_core::provider::{Endpoint, Issuer};

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
    /// Algorithms it signs ID tokens with.
    pub signature_algorithms: Vec<String>,
    /// How clients may prove who they are at the token endpoint.
    pub client_authentication_methods: Vec<String>,
}
