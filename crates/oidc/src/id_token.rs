//! ID tokens. OIDC Core §3.1.3.7, "ID Token Validation"; each check below bears its number:
//!
//! 1. If the ID Token is encrypted, decrypt it using the keys and algorithms that the Client specified during
//!    Registration. *(Left out: we register no encryption, so a token in five parts is refused.)*
//! 2. The Issuer Identifier for the OpenID Provider MUST exactly match the value of the `iss` Claim.
//! 3. The Client MUST validate that the `aud` Claim contains its `client_id` value. The ID Token MUST be rejected if
//!    it does not list the Client as a valid audience, or if it contains additional audiences not trusted by the
//!    Client. *(Further audiences are accepted only together with an `azp` that names us.)*
//! 4. If extensions are used that result in the `azp` Claim being present, it SHOULD be validated as specified by
//!    those extensions. *(Left out: we use none.)*
//! 5. When an `azp` Claim is present, the Client SHOULD verify that its `client_id` is the Claim Value.
//! 6. The Client MUST validate the signature according to JWS, using the algorithm specified in the `alg` Header
//!    Parameter, with the keys provided by the Issuer. *(Always, although TLS would do for this flow.)*
//! 7. The `alg` value SHOULD be the default of RS256 or the algorithm sent by the Client during Registration.
//!    *(A closed list; the key's type and its own `alg` decide which of them is possible.)*
//! 8. If `alg` is a MAC based algorithm, the `client_secret` is the key. *(Left out: such tokens are refused, since
//!    whoever can check one can make one.)*
//! 9. The current time MUST be before the time represented by the `exp` Claim.
//! 10. The `iat` Claim can be used to reject tokens that were issued too far away from the current time.
//! 11. A `nonce` Claim MUST be present and its value the one that was sent in the Authentication Request. *(Each
//!     sign-in has its own, and the code that led to the token is good once.)*
//! 12. If the `acr` Claim was requested, check that the asserted Claim Value is appropriate. *(Left out: nothing of
//!     ours requests it; an operator who adds `acr_values` reads the claim.)*
//! 13. If the `auth_time` Claim was requested, check it and request re-authentication if too much time has passed.
//!     *(Left out: nothing of ours requests it; an operator who adds `max_age` leaves it to the provider.)*

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::identity::Subject;
use crossgate_core::provider::{Issuer, ProviderSessionId};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use crate::claims::{self, ClaimError, ClaimRules};
use crate::json::JsonObject;
use crate::jws::{JwsError, JwsParts, SignatureAlgorithm};
use crate::key_set::{KeyError, KeySet};

/// An ID token as it came from the token endpoint.
#[derive(Clone)]
pub struct UnverifiedIdToken(SecretText);

impl UnverifiedIdToken {
    /// Takes the text as it came.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretText::new(text))
    }

    /// The token, to be kept as the hint for signing out there.
    #[must_use]
    pub const fn text(&self) -> &SecretText {
        &self.0
    }
}

impl fmt::Debug for UnverifiedIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedIdToken(…)")
    }
}

/// What an ID token must fit to.
#[derive(Debug, Clone, Copy)]
pub struct IdTokenRules<'a> {
    /// Who must have issued it.
    pub issuer: &'a Issuer,
    /// For whom.
    pub client_id: &'a str,
    /// What we sent along with the browser.
    pub nonce: &'a str,
    /// The access token that came with it, for `at_hash`.
    pub access_token: Option<&'a SecretText>,
    /// The current time.
    pub now: Timestamp,
}

/// The claims of an ID token that passed every check.
#[derive(Debug, Clone)]
pub struct IdTokenClaims {
    /// Who signed in.
    pub subject: Subject,
    /// The session at the provider (`sid`).
    pub session: Option<ProviderSessionId>,
    /// All claims.
    pub claims: Map<String, Value>,
}

/// Why an ID token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// Its key is not in the set: the set may be old, and is worth fetching once more.
    #[error("the ID token's key is not in the provider's key set")]
    UnknownKey,
    /// It is not signed by the provider.
    #[error("the ID token is not acceptable: {0}")]
    Token(JwsError),
    /// It is not for us, or not now.
    #[error("the ID token is not acceptable: {0}")]
    Claim(#[from] ClaimError),
    /// It belongs to another sign-in.
    #[error("the ID token has the nonce of another sign-in")]
    OtherNonce,
    /// It belongs to another access token.
    #[error("the ID token belongs to another access token")]
    OtherAccessToken,
}

impl From<JwsError> for IdTokenError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Key(KeyError::Unknown) => Self::UnknownKey,
            other => Self::Token(other),
        }
    }
}

/// Judges an ID token by the steps of this module's page.
///
/// # Errors
/// See [`IdTokenError`].
pub fn judge_id_token(
    token: &UnverifiedIdToken,
    keys: &KeySet,
    rules: &IdTokenRules<'_>,
) -> Result<IdTokenClaims, IdTokenError> {
    // 1, 7 and 8.
    let parts = JwsParts::parse(token.0.expose_secret())?;
    check_media_type(&parts)?;
    // 6. First of all: what nobody signed is not worth reading.
    let claims = parts.verify(keys)?;
    // 2 to 5, 9 and 10.
    ClaimRules { issuer: rules.issuer, client_id: rules.client_id, now: rules.now }.judge(&claims)?;
    // 11.
    check_nonce(&claims, rules.nonce)?;
    check_access_token_hash(&claims, parts.algorithm, rules.access_token)?;
    // §2: at most 255 ASCII characters, and a text.
    let subject = claims.text("sub").map_err(ClaimError::from)?.ok_or(ClaimError::Missing("sub"))?;
    let subject = Subject::parse(subject).map_err(|_| ClaimError::Malformed("sub"))?;
    Ok(IdTokenClaims { subject, session: claims::session(&claims)?, claims: claims.into_members() })
}

/// RFC 8725 §3.11: what carries a type of its own (`at+jwt`, `logout+jwt`) is no ID token, for those have none.
fn check_media_type(parts: &JwsParts<'_>) -> Result<(), JwsError> {
    match parts.media_type.as_deref() {
        Some(name) if name.ends_with("+jwt") => Err(JwsError::WrongType),
        _ => Ok(()),
    }
}

fn check_nonce(claims: &JsonObject, expected: &str) -> Result<(), IdTokenError> {
    let nonce = claims.text("nonce").map_err(ClaimError::from)?.ok_or(ClaimError::Missing("nonce"))?;
    match bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) {
        true => Ok(()),
        false => Err(IdTokenError::OtherNonce),
    }
}

/// §3.1.3.6: `at_hash` is the left half of the access token's hash, by the hash function of `alg`. Optional in this
/// flow; where it is there, it must fit.
fn check_access_token_hash(
    claims: &JsonObject,
    algorithm: SignatureAlgorithm,
    access_token: Option<&SecretText>,
) -> Result<(), IdTokenError> {
    let found = claims.text("at_hash").map_err(ClaimError::from)?;
    let (Some(found), Some(token)) = (found, access_token) else { return Ok(()) };
    let expected = access_token_hash(algorithm, token);
    match bool::from(found.as_bytes().ct_eq(expected.as_bytes())) {
        true => Ok(()),
        false => Err(IdTokenError::OtherAccessToken),
    }
}

fn access_token_hash(algorithm: SignatureAlgorithm, token: &SecretText) -> String {
    use SignatureAlgorithm as A;
    let bytes = token.expose_secret().as_bytes();
    let hash = match algorithm {
        A::Rs256 | A::Ps256 | A::Es256 => Sha256::digest(bytes).to_vec(),
        A::Rs384 | A::Ps384 | A::Es384 => Sha384::digest(bytes).to_vec(),
        // Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
        A::Rs512 | A::Ps512 | A::EdDsa => Sha512::digest(bytes).to_vec(),
    };
    let (left, _) = hash.split_at(hash.len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}
