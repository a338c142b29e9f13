//! What an upstream receives to know who is asking.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderName;
use serde_json::{Map, Value};

use crate::provider::{ProviderId, TokenTarget};
use crate::secret::SecretText;
use crate::template::JsonTemplate;
use crate::time::Timestamp;

/// No token that we sign lives longer.
pub const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Which token an API receives.
#[derive(Debug, Clone)]
pub enum UpstreamToken {
    /// None.
    None,
    /// A JWT that Crossgate signs.
    Issued(IssuedTokenSettings),
    /// The token that the API's own login returned.
    Api(TokenHeader),
    /// The cookies that the API set, at login and since.
    Cookie,
    /// The access token of the provider that signed the person in.
    Provider(ProviderTokenSettings),
    /// The app's session token, as next-auth seals it.
    NextAuth(TokenHeader),
}

/// Which token of which provider an API receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTokenSettings {
    /// Which provider. People who signed in another way have no such token.
    pub provider: ProviderId,
    /// For whom it was asked.
    pub target: TokenTarget,
    /// Where it is sent.
    pub header: TokenHeader,
}

/// Under which header, and with which scheme, a token is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHeader {
    /// The header, usually `authorization`.
    pub name: HeaderName,
    /// What stands before the token (`Bearer`, `Token`), or nothing.
    pub scheme: Option<String>,
}

impl TokenHeader {
    /// `Authorization: Bearer …` (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer() -> Self {
        Self { name: http::header::AUTHORIZATION, scheme: Some("Bearer".to_owned()) }
    }

    /// The header's value for a token.
    #[must_use]
    pub fn value(&self, token: &str) -> String {
        self.scheme.as_ref().map_or_else(|| token.to_owned(), |scheme| format!("{scheme} {token}"))
    }
}

/// How an issued token is made.
#[derive(Debug, Clone)]
pub struct IssuedTokenSettings {
    /// With which key.
    pub signing: TokenSigning,
    /// Claim `aud`.
    pub audience: String,
    /// How long it lives, before jitter.
    pub lifetime: Duration,
    /// Claims beside the registered ones.
    pub claims: JsonTemplate,
    /// Where it is sent.
    pub header: TokenHeader,
}

/// With which key a token is signed. One algorithm per key, always (RFC 8725 §3.1).
#[derive(Debug, Clone)]
pub enum TokenSigning {
    /// Crossgate's own key, published as a JWKS.
    Es256,
    /// A secret that the API knows too (its `JWT_SECRET`).
    Hs256(SecretText),
}

/// The claims of a JWT, read without any verification: only of tokens that the API itself gave us over our own
/// connection, where they say no more than the answer around them.
#[must_use]
pub fn claims_of_jwt(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let payload = parts.nth(1)?;
    parts.next()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// The `exp` of a JWT, read without any verification: only to know when the API's own token will end. It decides
/// nothing about trust.
#[must_use]
pub fn expiry_of_jwt(token: &str) -> Option<Timestamp> {
    let claims = claims_of_jwt(token)?;
    // A NumericDate may have a fraction (RFC 7519 §2).
    let exp = claims.get("exp")?;
    exp.as_i64().or_else(|| exp.as_f64().map(|seconds| seconds.floor() as i64)).map(Timestamp::from_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_is_read_from_a_jwt_and_from_nothing_else() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"exp":1234}"#);
        assert_eq!(expiry_of_jwt(&format!("h.{payload}.s")), Some(Timestamp::from_seconds(1234)));
        let fraction = URL_SAFE_NO_PAD.encode(r#"{"exp":1234.9}"#);
        assert_eq!(expiry_of_jwt(&format!("h.{fraction}.s")), Some(Timestamp::from_seconds(1234)));
        for text in ["", "opaque", "a.b", "a.b.c", &format!("h.{payload}")] {
            assert_eq!(expiry_of_jwt(text), None, "{text}");
        }
    }
}
