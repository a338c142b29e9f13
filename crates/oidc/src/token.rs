//! The token endpoint (RFC 6749 §4.1.3, §5, §6; RFC 7636 §4.5; RFC 8707 §2.2).

use std::time::Duration;

use crossgate_core::provider::{CodeChallengeUse, ProviderSettings, TokenTarget};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_core::token::expiry_of_jwt;
use http::StatusCode;
use serde_json::Value;

use crate::client_authentication::{Proof, ProofError, proven_post};
use crate::id_token::UnverifiedIdToken;
use crate::json::{JsonError, JsonObject, WrongType};
use crate::metadata::ProviderMetadata;
use crate::refusal::error_code;
use crate::request::{ProviderAnswer, ProviderRequest};

/// What a person's browser brought back, and what we kept meanwhile. Two secrets: there is no `Debug`.
#[derive(Clone, Copy)]
pub struct CodeGrant<'a> {
    /// `code`.
    pub code: &'a str,
    /// `redirect_uri`, as in the authorization request.
    pub redirect_uri: &'a str,
    /// `code_verifier` (RFC 7636 §4.1).
    pub code_verifier: &'a str,
}

/// Tokens as a provider gave them. They are bearer tokens (RFC 6750).
#[derive(Debug, Clone)]
pub struct TokenResponse {
    /// The access token. It can stand in a header.
    pub access_token: SecretText,
    /// When it ends, where the provider says so.
    pub expires_at: Option<Timestamp>,
    /// The refresh token. Absent in the answer to a refresh: the old one stays.
    pub refresh_token: Option<SecretText>,
    /// The ID token.
    pub id_token: Option<UnverifiedIdToken>,
    /// The scopes, where they are others than we asked for.
    pub scope: Option<String>,
}

/// Why there are no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The code or the refresh token is not, or no longer, good.
    #[error("the provider does not accept the code or refresh token: {code}")]
    InvalidGrant {
        /// Its code, cleaned and cut.
        code: String,
    },
    /// The provider does not know us, or does not let us do this: the configuration does not fit.
    #[error("the provider does not accept this client: {code}")]
    ClientRefused {
        /// Its code, cleaned and cut.
        code: String,
    },
    /// The provider refused for another reason.
    #[error("the provider refused to give tokens: {code}")]
    Refused {
        /// Its code, cleaned and cut.
        code: String,
    },
    /// The provider failed, or answered an error that is none of OAuth.
    #[error("the token endpoint answered with status {0}")]
    ProviderFailed(StatusCode),
    /// Status 200 without JSON.
    #[error("the token endpoint's answer cannot be read: {0}")]
    NotJson(#[from] JsonError),
    /// A member must be there.
    #[error("the token endpoint's answer has no {0}")]
    Missing(&'static str),
    /// A member is not what it should be.
    #[error("{0} in the token endpoint's answer is malformed")]
    Malformed(&'static str),
    /// Not a bearer token: we could not use it.
    #[error("the token endpoint gave tokens of another type than Bearer")]
    WrongTokenType,
}

impl From<WrongType> for TokenError {
    fn from(WrongType(name): WrongType) -> Self {
        Self::Malformed(name)
    }
}

/// Redeems a code.
///
/// # Errors
/// When we cannot prove who we are.
pub fn build_token_request(
    settings: &ProviderSettings,
    metadata: &ProviderMetadata,
    grant: &CodeGrant<'_>,
    proof: &Proof<'_>,
) -> Result<ProviderRequest, ProofError> {
    let mut form = pairs(&[
        ("grant_type", "authorization_code"),
        ("code", grant.code),
        ("redirect_uri", grant.redirect_uri),
    ]);
    if settings.authorization.code_challenge == CodeChallengeUse::S256 {
        form.extend(pairs(&[("code_verifier", grant.code_verifier)]));
    }
    // RFC 8707 §2.2: the code may be good for several resources; this says for which the first token is.
    // `audience` was said in the authorization request and is bound to the code.
    if let Some(TokenTarget::Resource(resource)) = settings.token_targets.first() {
        form.extend(pairs(&[("resource", resource)]));
    }
    build(settings, metadata, form, proof)
}

/// Asks for an access token with a refresh token (RFC 6749 §6). The scope is left out: it stays what it was.
///
/// # Errors
/// When we cannot prove who we are.
pub fn build_refresh_request(
    settings: &ProviderSettings,
    metadata: &ProviderMetadata,
    refresh_token: &SecretText,
    target: &TokenTarget,
    proof: &Proof<'_>,
) -> Result<ProviderRequest, ProofError> {
    let mut form =
        pairs(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())]);
    match target {
        TokenTarget::Default => {}
        TokenTarget::Audience(audience) => form.extend(pairs(&[("audience", audience)])),
        TokenTarget::Resource(resource) => form.extend(pairs(&[("resource", resource)])),
    }
    build(settings, metadata, form, proof)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Assertions are for the token endpoint (RFC 7523 §3). It is on a host of the issuer, so a provider cannot have us
/// make an assertion for another one.
fn build(
    settings: &ProviderSettings,
    metadata: &ProviderMetadata,
    form: Vec<(String, String)>,
    proof: &Proof<'_>,
) -> Result<ProviderRequest, ProofError> {
    let endpoint = &metadata.token_endpoint;
    proven_post(&settings.client, endpoint, endpoint.as_str(), proof, form)
}

/// Reads the answer to either request.
///
/// # Errors
/// See [`TokenError`].
pub fn judge_token_response(answer: &ProviderAnswer, now: Timestamp) -> Result<TokenResponse, TokenError> {
    // Who fails, or asks us to come back later, has said nothing about the grant.
    if answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(TokenError::ProviderFailed(answer.status));
    }
    let object = JsonObject::parse(&answer.body);
    // GitHub and Slack answer errors with status 200.
    if let Some(code) = object.as_ref().ok().and_then(error_code) {
        return Err(refusal(code, answer.status));
    }
    match answer.status.is_success() {
        true => read(&object?, now),
        false => Err(TokenError::ProviderFailed(answer.status)),
    }
}

/// RFC 6749 §5.2, RFC 8707 §2, and GitHub's own words.
fn refusal(code: String, status: StatusCode) -> TokenError {
    match code.as_str() {
        "invalid_grant" | "bad_verification_code" | "bad_refresh_token" => TokenError::InvalidGrant { code },
        "invalid_client"
        | "unauthorized_client"
        | "unsupported_grant_type"
        | "invalid_scope"
        | "invalid_target"
        | "incorrect_client_credentials"
        | "redirect_uri_mismatch" => TokenError::ClientRefused { code },
        "server_error" | "temporarily_unavailable" | "slow_down" => TokenError::ProviderFailed(status),
        _ => TokenError::Refused { code },
    }
}

fn read(object: &JsonObject, now: Timestamp) -> Result<TokenResponse, TokenError> {
    check_token_type(object)?;
    let access_token = object.text("access_token")?.ok_or(TokenError::Missing("access_token"))?;
    if access_token.is_empty() || !access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TokenError::Malformed("access_token"));
    }
    let some_text = |name| Ok::<_, TokenError>(object.text(name)?.filter(|text| !text.is_empty()));
    Ok(TokenResponse {
        access_token: SecretText::new(access_token),
        expires_at: end_of(lifetime(object)?.map(|lifetime| now.after(lifetime)), access_token),
        refresh_token: some_text("refresh_token")?.map(SecretText::new),
        id_token: some_text("id_token")?.map(UnverifiedIdToken::new),
        scope: some_text("scope")?.map(str::to_owned),
    })
}

/// What the API compares with may be in the token itself, in whole seconds: up to one of them earlier. Only an end that
/// is earlier counts, since the token is not ours to read (RFC 9068 §6).
fn end_of(declared: Option<Timestamp>, access_token: &str) -> Option<Timestamp> {
    declared.map(|declared| expiry_of_jwt(access_token).map_or(declared, |own| own.min(declared)))
}

/// The type's name has no case (§5.1). LinkedIn leaves it out and means the same.
fn check_token_type(object: &JsonObject) -> Result<(), TokenError> {
    match object.text("token_type")? {
        Some(name) if !name.eq_ignore_ascii_case("bearer") => Err(TokenError::WrongTokenType),
        _ => Ok(()),
    }
}

/// `expires_in`, in seconds. Some write the number as a text.
fn lifetime(object: &JsonObject) -> Result<Option<Duration>, TokenError> {
    let Some(value) = object.get("expires_in") else { return Ok(None) };
    let seconds = match value {
        Value::String(text) => text.parse().ok(),
        // A cast from a float saturates, and below zero it gives zero: such a token has ended.
        other => other.as_u64().or_else(|| other.as_f64().map(|seconds| seconds as u64)),
    };
    seconds.map(|seconds| Some(Duration::from_secs(seconds))).ok_or(TokenError::Malformed("expires_in"))
}
