//! Builds the authorization request.

use std::fmt;

use crossgate_core::provider::{
    AuthorizationSettings, CodeChallengeUse, ProviderProtocol, ProviderSettings, ResponseMode, TokenTarget,
    is_protected_parameter,
};
use url::Url;

use crate::metadata::ProviderMetadata;
use crate::transaction::SignInTransaction;

/// Longest value that a page may choose, in bytes.
const LONGEST_CHOSEN: usize = 500;

/// Where a browser is sent. The query holds the state: `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationUrl(Url);

impl AuthorizationUrl {
    /// The address, for a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizationUrl({}{})", self.0.origin().ascii_serialization(), self.0.path())
    }
}

impl From<AuthorizationUrl> for String {
    fn from(url: AuthorizationUrl) -> Self {
        url.0.into()
    }
}

/// The parameters of the authorization request, each name once but for `resource`. What a page has `chosen` counts only
/// where the operator allowed it, stands once, is at most 500 bytes long and has no control characters; it replaces
/// what the operator set as a default.
#[must_use]
pub fn build_authorization_request(
    settings: &ProviderSettings,
    transaction: &SignInTransaction,
    chosen: &[(String, String)],
) -> Vec<(String, String)> {
    let mut parameters = own_parameters(settings, transaction);
    let chosen = acceptable(&settings.authorization, chosen);
    let is_chosen = |name: &str| chosen.iter().any(|(other, _)| other == name);
    let defaults = settings.authorization.parameters.iter();
    let defaults: Vec<_> =
        defaults.filter(|(name, _)| !is_protected_parameter(name) && !is_chosen(name)).collect();
    parameters.extend(defaults.into_iter().chain(chosen).cloned());
    parameters
}

fn own_parameters(settings: &ProviderSettings, transaction: &SignInTransaction) -> Vec<(String, String)> {
    let challenge = transaction.verifier.challenge();
    let scope = scope(settings);
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", &settings.client.id),
        ("redirect_uri", &transaction.redirect_uri),
        ("state", transaction.state.expose_secret()),
    ];
    if settings.authorization.code_challenge == CodeChallengeUse::S256 {
        parameters.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
    }
    if !scope.is_empty() {
        parameters.push(("scope", &scope));
    }
    if is_open_id(settings) {
        parameters.push(("nonce", transaction.nonce.expose_secret()));
    }
    if settings.authorization.response_mode == ResponseMode::FormPost {
        parameters.push(("response_mode", "form_post"));
    }
    parameters.extend(targets(&settings.token_targets));
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// `scope`. Without `openid` it would be no OpenID Connect request (OIDC Core §3.1.2.1).
fn scope(settings: &ProviderSettings) -> String {
    let scopes = &settings.authorization.scopes;
    let missing = is_open_id(settings) && !scopes.iter().any(|scope| scope == "openid");
    let openid = missing.then_some("openid");
    openid.into_iter().chain(scopes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

const fn is_open_id(settings: &ProviderSettings) -> bool {
    matches!(settings.protocol, ProviderProtocol::OpenId(_))
}

/// Every resource that tokens will be asked for (RFC 8707 §2.1: a later request can only narrow them), but one
/// audience: that parameter has no specification, and nobody takes it twice.
fn targets(targets: &[TokenTarget]) -> Vec<(&'static str, &str)> {
    let audience = targets.iter().find_map(|target| match target {
        TokenTarget::Audience(audience) => Some(("audience", audience.as_str())),
        _ => None,
    });
    let resources = targets.iter().filter_map(|target| match target {
        TokenTarget::Resource(resource) => Some(("resource", resource.as_str())),
        _ => None,
    });
    audience.into_iter().chain(resources).collect()
}

fn acceptable<'a>(
    settings: &AuthorizationSettings,
    chosen: &'a [(String, String)],
) -> Vec<&'a (String, String)> {
    let stands_once = |name: &str| chosen.iter().filter(|(other, _)| other == name).count() == 1;
    let is_allowed =
        |name: &String| settings.allowed_parameters.contains(name) && !is_protected_parameter(name);
    let is_plain = |value: &str| value.len() <= LONGEST_CHOSEN && !value.chars().any(char::is_control);
    let good =
        |(name, value): &&'a (String, String)| is_allowed(name) && is_plain(value) && stands_once(name);
    chosen.iter().filter(good).collect()
}

/// The address of an authorization request. A query that the endpoint has stays (RFC 6749 §3.1), but for names that the
/// request has as well: no parameter may stand twice.
#[must_use]
pub fn authorization_url(metadata: &ProviderMetadata, parameters: &[(String, String)]) -> AuthorizationUrl {
    let endpoint = metadata.authorization_endpoint.url();
    let is_ours = |name: &str| parameters.iter().any(|(other, _)| other == name);
    let kept: Vec<_> = endpoint.query_pairs().filter(|(name, _)| !is_ours(name)).collect();
    let mut url = endpoint.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(parameters);
    AuthorizationUrl(url)
}
