//! Signing out at a provider, and a provider that signs somebody out here.
//!
//! OIDC Back-Channel Logout 1.0 §2.6, "Logout Token Validation"; each check of [`judge_logout_token`] bears its
//! number:
//!
//! 1. If the Logout Token is encrypted, decrypt it. *(Left out: we register no encryption, so it is refused.)*
//! 2. Validate the Logout Token signature in the same way that an ID Token signature is validated.
//! 3. Validate the `alg` Header Parameter in the same way it is validated for ID Tokens. Additionally, an `alg` with
//!    the value `none` MUST NOT be used.
//! 4. Validate the `iss`, `aud`, `iat`, and `exp` Claims in the same way they are validated in ID Tokens.
//! 5. Verify that the Logout Token contains a `sub` Claim, a `sid` Claim, or both.
//! 6. Verify that the Logout Token contains an `events` Claim whose value is a JSON object containing the member name
//!    `http://schemas.openid.net/event/backchannel-logout`. *(§2.4: the member's value is a JSON object too.)*
//! 7. Verify that the Logout Token does not contain a `nonce` Claim. *(This keeps it from being an ID token.)*
//! 8. Optionally verify that another Logout Token with the same `jti` value has not been recently received. *(Whoever
//!    calls does that: it takes a memory. §2.4: `jti` is always there.)*
//! 9. Optionally verify that `iss`, `sub` and `sid` match those of a current or recent session. *(Steps 9 to 11. The
//!    sessions that are ended are found by just these, so nobody else's can be.)*

use crossgate_core::identity::Subject;
use crossgate_core::provider::{Issuer, ProviderSessionId, ProviderSettings};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use http::StatusCode;
use serde_json::Value;

use crate::claims::{self, ClaimError, ClaimRules};
use crate::client_authentication::{Proof, ProofError, proven_post};
use crate::json::JsonObject;
use crate::jws::{JwsError, JwsParts};
use crate::key_set::{KeyError, KeySet};
use crate::metadata::ProviderMetadata;
use crate::refusal::error_code;
use crate::request::{ProviderAnswer, ProviderRequest};

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Where a browser goes to sign out there (OIDC RP-Initiated Logout 1.0 §2). `None` where the provider has no such
/// address. The ID token tells it whom to sign out; without one it may ask the person.
#[must_use]
pub fn end_session_url(
    settings: &ProviderSettings,
    metadata: &ProviderMetadata,
    id_token: Option<&SecretText>,
    redirect: &str,
    state: &str,
) -> Option<String> {
    let mut url = metadata.end_session_endpoint.as_ref()?.url().clone();
    let hint = id_token.map(|token| ("id_token_hint", token.expose_secret()));
    let pairs =
        [("client_id", &*settings.client.id), ("post_logout_redirect_uri", redirect), ("state", state)];
    url.query_pairs_mut().extend_pairs(hint).extend_pairs(pairs);
    Some(url.into())
}

/// What kind of token is taken back (RFC 7009 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHint {
    /// `access_token`.
    AccessToken,
    /// `refresh_token`.
    RefreshToken,
}

/// Why a token was not taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// The provider has no such endpoint.
    #[error("the provider does not take tokens back")]
    NotOffered,
    /// See [`ProofError`].
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The provider refused (RFC 7009 §2.2.1).
    #[error("the provider refused to take the token back: {code}")]
    Refused {
        /// Its code, cleaned and cut.
        code: String,
    },
    /// Any other status.
    #[error("the revocation endpoint answered with status {0}")]
    ProviderFailed(StatusCode),
}

/// Takes a token back (RFC 7009 §2.1).
///
/// # Errors
/// When the provider has no such endpoint, or we cannot prove who we are.
pub fn build_revocation_request(
    settings: &ProviderSettings,
    metadata: &ProviderMetadata,
    token: &SecretText,
    hint: TokenHint,
    proof: &Proof<'_>,
) -> Result<ProviderRequest, RevocationError> {
    let endpoint = metadata.revocation_endpoint.as_ref().ok_or(RevocationError::NotOffered)?;
    let hint = match hint {
        TokenHint::AccessToken => "access_token",
        TokenHint::RefreshToken => "refresh_token",
    };
    let form = vec![
        ("token".to_owned(), token.expose_secret().to_owned()),
        ("token_type_hint".to_owned(), hint.to_owned()),
    ];
    // An assertion names the token endpoint here too: OIDC Core §9 knows no other audience.
    let audience = metadata.token_endpoint.as_str();
    Ok(proven_post(&settings.client, endpoint, audience, proof, form)?)
}

/// Reads the answer. A token that the provider does not know is as good as taken back (RFC 7009 §2.2).
///
/// # Errors
/// See [`RevocationError`].
pub fn judge_revocation(answer: &ProviderAnswer) -> Result<(), RevocationError> {
    if answer.status.is_success() {
        return Ok(());
    }
    let code = JsonObject::parse(&answer.body).ok().as_ref().and_then(error_code);
    match code {
        Some(code) if answer.status.is_client_error() => Err(RevocationError::Refused { code }),
        _ => Err(RevocationError::ProviderFailed(answer.status)),
    }
}

/// A logout token that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// Who says it.
    pub issuer: Issuer,
    /// Whose sessions end, where it is named.
    pub subject: Option<Subject>,
    /// Which session at the provider ended, where it is named.
    pub session: Option<ProviderSessionId>,
    /// `jti`: to notice the same token when it comes again.
    pub id: String,
    /// From then on the token is refused by its times; so long its id is worth remembering.
    pub expires_at: Timestamp,
}

/// Why a logout token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoutTokenError {
    /// Its key is not in the set: the set may be old, and is worth fetching once more.
    #[error("the logout token's key is not in the provider's key set")]
    UnknownKey,
    /// It is not signed by the provider.
    #[error("the logout token is not acceptable: {0}")]
    Token(JwsError),
    /// It is not for us, or not now.
    #[error("the logout token is not acceptable: {0}")]
    Claim(#[from] ClaimError),
    /// Neither `sub` nor `sid`.
    #[error("the logout token names neither a person nor a session")]
    NamesNobody,
    /// No logout event in `events`.
    #[error("the logout token has no logout event")]
    NoLogoutEvent,
    /// It has a `nonce`: it may be an ID token.
    #[error("the logout token has a nonce, as only ID tokens have")]
    HasNonce,
}

impl From<JwsError> for LogoutTokenError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Key(KeyError::Unknown) => Self::UnknownKey,
            other => Self::Token(other),
        }
    }
}

/// Judges a logout token by the steps of this module's page.
///
/// # Errors
/// See [`LogoutTokenError`].
pub fn judge_logout_token(
    text: &str,
    keys: &KeySet,
    issuer: &Issuer,
    client_id: &str,
    now: Timestamp,
) -> Result<LogoutToken, LogoutTokenError> {
    // 1 and 3.
    let parts = JwsParts::parse(text)?;
    check_media_type(&parts)?;
    // 2.
    let claims = parts.verify(keys)?;
    // 4.
    let expires_at = ClaimRules { issuer, client_id, now }.judge(&claims)?;
    // 5.
    let (subject, session) = (subject(&claims)?, claims::session(&claims)?);
    if subject.is_none() && session.is_none() {
        return Err(LogoutTokenError::NamesNobody);
    }
    // 6.
    check_event(&claims)?;
    // 7. Even an empty or null one.
    if claims.has("nonce") {
        return Err(LogoutTokenError::HasNonce);
    }
    // 8.
    let id = claims::name(&claims, "jti")?.ok_or(ClaimError::Missing("jti"))?.to_owned();
    Ok(LogoutToken { issuer: issuer.clone(), subject, session, id, expires_at })
}

/// §2.4: `logout+jwt` is recommended; many providers still write `JWT` or nothing. Anything else is another kind.
fn check_media_type(parts: &JwsParts<'_>) -> Result<(), JwsError> {
    match parts.media_type.as_deref() {
        None | Some("logout+jwt" | "jwt") => Ok(()),
        Some(_) => Err(JwsError::WrongType),
    }
}

fn subject(claims: &JsonObject) -> Result<Option<Subject>, ClaimError> {
    let text = claims.text("sub")?;
    text.map(|text| Subject::parse(text).map_err(|_| ClaimError::Malformed("sub"))).transpose()
}

fn check_event(claims: &JsonObject) -> Result<(), LogoutTokenError> {
    let event = claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
    match event.is_some_and(Value::is_object) {
        true => Ok(()),
        false => Err(LogoutTokenError::NoLogoutEvent),
    }
}
