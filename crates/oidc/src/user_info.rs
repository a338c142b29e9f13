//! Who an access token belongs to: the UserInfo endpoint (OIDC Core §5.3) and what OAuth 2 providers have in its
//! place. GitHub refuses requests without a `User-Agent`; whoever sends ours adds one.

use crossgate_core::identity::Subject;
use crossgate_core::provider::EmailList;
use crossgate_core::secret::SecretText;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use crate::json::{JsonError, JsonObject};
use crate::metadata::ProviderMetadata;
use crate::request::{ProviderAnswer, ProviderRequest};

/// Why nothing is known about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserInfoError {
    /// The provider's metadata has no such endpoint.
    #[error("the provider names no UserInfo endpoint")]
    NoAddress,
    /// The access token cannot stand in a header.
    #[error("the access token cannot stand in a header")]
    UnusableToken,
    /// The provider does not accept the access token, or it allows too little.
    #[error("the provider does not accept its access token there: status {0}")]
    TokenRefused(StatusCode),
    /// Any other status than 200.
    #[error("the provider answered with status {0}")]
    ProviderFailed(StatusCode),
    /// A signed or encrypted answer (§5.3.2).
    #[error("the UserInfo answer is a signed JWT; let the provider answer plain JSON to this client")]
    SignedAnswer,
    /// No JSON.
    #[error("the answer about the person cannot be read: {0}")]
    NotJson(#[from] JsonError),
    /// A list of addresses is something else than a list.
    #[error("the answer with the e-mail addresses is not a list")]
    NotList,
    /// §5.3.2: `sub` is always there.
    #[error("the UserInfo answer has no sub")]
    NoSubject,
    /// §5.3.2: `sub` is that of the ID token, else nothing of the answer may be used.
    #[error("the UserInfo answer is about somebody else than the ID token")]
    OtherSubject,
}

/// Asks who an access token belongs to.
///
/// # Errors
/// When there is nobody to ask, or the token cannot be sent.
pub fn build_user_info_request(
    metadata: &ProviderMetadata,
    access_token: &SecretText,
) -> Result<ProviderRequest, UserInfoError> {
    let endpoint = metadata.user_info_endpoint.clone().ok_or(UserInfoError::NoAddress)?;
    with_token(ProviderRequest::get(endpoint), access_token)
}

/// Reads the answer. `expected` is the subject of the ID token; without OpenID Connect there is none.
///
/// # Errors
/// See [`UserInfoError`].
pub fn judge_user_info(
    answer: &ProviderAnswer,
    expected: Option<&Subject>,
) -> Result<Map<String, Value>, UserInfoError> {
    check_status(answer.status)?;
    if is_signed(answer) {
        return Err(UserInfoError::SignedAnswer);
    }
    let claims = JsonObject::parse(&answer.body)?;
    if let Some(expected) = expected {
        check_subject(&claims, expected)?;
    }
    Ok(claims.into_members())
}

/// Asks for a person's e-mail addresses.
///
/// # Errors
/// When the token cannot be sent.
pub fn build_emails_request(
    list: &EmailList,
    access_token: &SecretText,
) -> Result<ProviderRequest, UserInfoError> {
    with_token(ProviderRequest::get(list.endpoint.clone()), access_token)
}

/// The primary address, if the provider has verified it. An address that anybody could have typed is none.
///
/// # Errors
/// See [`UserInfoError`].
pub fn judge_emails(answer: &ProviderAnswer) -> Result<Option<String>, UserInfoError> {
    check_status(answer.status)?;
    let list: Value = serde_json::from_slice(&answer.body).map_err(|_| UserInfoError::NotList)?;
    let entries = list.as_array().ok_or(UserInfoError::NotList)?;
    let is = |entry: &Value, name: &str| entry.get(name) == Some(&Value::Bool(true));
    let primary = entries.iter().find(|entry| is(entry, "primary") && is(entry, "verified"));
    Ok(primary.and_then(|entry| entry.get("email")?.as_str()).map(str::to_owned))
}

/// RFC 6750 §2.1.
fn with_token(mut request: ProviderRequest, token: &SecretText) -> Result<ProviderRequest, UserInfoError> {
    let text = SecretText::new(format!("Bearer {}", token.expose_secret()));
    let mut value = HeaderValue::from_str(text.expose_secret()).map_err(|_| UserInfoError::UnusableToken)?;
    value.set_sensitive(true);
    request.headers.insert(header::AUTHORIZATION, value);
    Ok(request)
}

fn check_status(status: StatusCode) -> Result<(), UserInfoError> {
    match status {
        StatusCode::OK => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(UserInfoError::TokenRefused(status)),
        _ => Err(UserInfoError::ProviderFailed(status)),
    }
}

fn is_signed(answer: &ProviderAnswer) -> bool {
    let content_type = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let name = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    name.trim().eq_ignore_ascii_case("application/jwt")
}

fn check_subject(claims: &JsonObject, expected: &Subject) -> Result<(), UserInfoError> {
    match claims.get("sub") {
        None => Err(UserInfoError::NoSubject),
        Some(found) if found.as_str() == Some(expected.as_str()) => Ok(()),
        Some(_) => Err(UserInfoError::OtherSubject),
    }
}
