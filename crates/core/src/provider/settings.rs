//! What the operator declares about a provider.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::{Endpoint, Issuer};
use super::profile::ProfileReading;
use crate::secret::SecretText;

/// The checked `[sign_in.<id>]` of a provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Its id, as it stands in the configuration and in the endpoints' paths.
    pub id: ProviderId,
    /// What a person reads: `Google`.
    pub name: String,
    /// What it speaks, and where it is.
    pub protocol: ProviderProtocol,
    /// Who we are there.
    pub client: ClientSettings,
    /// How browsers are sent there.
    pub authorization: AuthorizationSettings,
    /// Hosts (with a port, where it is not the default) to which requests may go beside those of the issuer and the
    /// declared endpoints. What a discovery document names must be on one of them.
    pub hosts: Vec<String>,
    /// Where the profile says what.
    pub profile: ProfileReading,
    /// Whether signing out here signs out there too (OIDC RP-Initiated Logout).
    pub sign_out_there: bool,
    /// For whom access tokens are asked, the first at sign-in. Empty: for whoever the provider likes.
    pub token_targets: Vec<TokenTarget>,
}

impl ProviderSettings {
    /// Who vouches: the issuer, or what stands for it where there is no OpenID Connect.
    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        match &self.protocol {
            ProviderProtocol::OpenId(settings) => &settings.issuer,
            ProviderProtocol::OAuth2(settings) => &settings.issuer,
        }
    }
}

/// The id of a provider: lower-case letters, digits, `-` and `_`, at most 32.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(Box<str>);

/// The text cannot be the id of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 32 lower-case letters, digits, `-` and `_`")]
pub struct ProviderIdError;

impl ProviderId {
    /// Checks the text.
    ///
    /// # Errors
    /// See [`ProviderIdError`].
    pub fn parse(text: &str) -> Result<Self, ProviderIdError> {
        let good =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        match (1..=32).contains(&text.len()) && text.bytes().all(good) {
            true => Ok(Self(text.into())),
            false => Err(ProviderIdError),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ProviderIdError;
    fn try_from(text: String) -> Result<Self, ProviderIdError> {
        Self::parse(&text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.0.into()
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderId({})", self.0)
    }
}

/// What a provider speaks.
#[derive(Debug, Clone)]
pub enum ProviderProtocol {
    /// OpenID Connect.
    OpenId(OpenIdSettings),
    /// OAuth 2 and an address that tells who a token belongs to.
    OAuth2(Box<OAuth2Settings>),
}

/// An OpenID Provider.
#[derive(Debug, Clone)]
pub struct OpenIdSettings {
    /// Its issuer; everything else comes from its discovery document.
    pub issuer: Issuer,
    /// Whether the UserInfo endpoint is asked.
    pub user_info: UserInfoUse,
}

/// Whether the UserInfo endpoint is asked (OIDC Core §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserInfoUse {
    /// Never: the ID token says enough.
    Never,
    /// When the ID token names no e-mail address and the discovery document has the endpoint.
    WhenNeeded,
    /// Always.
    Always,
}

/// An OAuth 2 provider without OpenID Connect. All endpoints are declared.
#[derive(Debug, Clone)]
pub struct OAuth2Settings {
    /// Under which name its people are kept apart from those of others.
    pub issuer: Issuer,
    /// Where everything is.
    pub endpoints: DeclaredEndpoints,
}

/// Endpoints as the operator or a preset wrote them.
#[derive(Debug, Clone)]
pub struct DeclaredEndpoints {
    /// Where browsers are sent (RFC 6749 §3.1).
    pub authorization: Endpoint,
    /// Where codes are redeemed (RFC 6749 §3.2).
    pub token: Endpoint,
    /// Who a token belongs to; answers JSON.
    pub user_info: Endpoint,
    /// A further address that lists e-mail addresses, as GitHub has it.
    pub emails: Option<EmailList>,
    /// RFC 7009.
    pub revocation: Option<Endpoint>,
    /// The `iss` that its answers carry (RFC 9207), where it sends one.
    pub answers_with_issuer: Option<Issuer>,
}

/// A list of e-mail addresses, each `{ email, primary, verified }`. The primary one counts, and only if verified.
#[derive(Debug, Clone)]
pub struct EmailList {
    /// Where it is.
    pub endpoint: Endpoint,
}

/// Who we are at a provider.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// `client_id`.
    pub id: String,
    /// How we prove it.
    pub authentication: ClientAuthentication,
}

/// How a client proves who it is at the token endpoint (OIDC Core §9, RFC 6749 §2.3).
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// Not at all: a public client, PKCE alone.
    None,
    /// `client_secret_basic`.
    Basic(SecretText),
    /// `client_secret_post`.
    Post(SecretText),
    /// `private_key_jwt` (RFC 7523).
    PrivateKeyJwt(ClientKey),
    /// A JWT of the client's own in place of the secret, as Apple wants it: signed by this key, issued by this team.
    SignedSecret {
        /// The key.
        key: ClientKey,
        /// Claim `iss`.
        team: String,
        /// Claim `aud`.
        audience: String,
    },
}

/// A private key that proves who we are.
#[derive(Debug, Clone)]
pub struct ClientKey {
    /// PEM (PKCS #8).
    pub pem: SecretText,
    /// What it signs with.
    pub algorithm: ClientKeyAlgorithm,
    /// `kid` in the header.
    pub id: Option<String>,
}

/// What a client's key signs with (RFC 7518 §3.1, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKeyAlgorithm {
    /// ECDSA with P-256.
    Es256,
    /// RSASSA-PKCS1-v1_5.
    Rs256,
    /// RSASSA-PSS.
    Ps256,
    /// Ed25519.
    EdDsa,
}

/// How browsers are sent to a provider.
#[derive(Debug, Clone)]
pub struct AuthorizationSettings {
    /// `scope`.
    pub scopes: Vec<String>,
    /// Further parameters that are always sent (`access_type`, `prompt`, …).
    pub parameters: Vec<(String, String)>,
    /// Further parameters that a page may choose, as the third argument of `signIn()`.
    pub allowed_parameters: Vec<String>,
    /// How the answer comes back.
    pub response_mode: ResponseMode,
    /// Whether codes are bound to us.
    pub code_challenge: CodeChallengeUse,
}

/// Whether codes are bound to us by PKCE (RFC 7636). They always are, except where a provider is known to refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeChallengeUse {
    /// With a challenge, method S256.
    S256,
    /// Not at all: the provider refuses a verifier from clients that have a secret. A preset says so; no operator can.
    RefusedThere,
}

/// How an authorization response comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query.
    Query,
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// For whom an access token is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenTarget {
    /// For whoever the provider likes.
    Default,
    /// Parameter `audience` (Auth0 and others).
    Audience(String),
    /// Parameter `resource` (RFC 8707).
    Resource(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_stand_in_a_path_as_it_is() {
        assert!(ProviderId::parse("my-company_2").is_ok());
        for bad in ["", "Google", "a/b", "a.b", "ä", "a b", &"x".repeat(33)] {
            assert!(ProviderId::parse(bad).is_err(), "{bad}");
        }
    }
}
