//! Pushed authorization requests (RFC 9126): the provider gets the parameters from us, the browser only a reference.

use std::fmt;

use crossgate_core::secret::SecretText;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::request::{AuthorizationUrl, authorization_url};
use super::response::clean_code;
use crate::metadata::ProviderMetadata;
use crate::request::{ProviderAnswer, ProviderRequest};

/// Longest accepted answer, in bytes.
const LONGEST: usize = 64 * 1024;
/// Longest accepted reference, in bytes; it has to fit into an address.
const LONGEST_URI: usize = 2048;

/// The reference to a pushed request. Whoever has it can go through with the sign-in: it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestUri(SecretText);

impl RequestUri {
    /// The reference itself.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for RequestUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestUri(…)")
    }
}

/// Why a pushed request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushedRequestError {
    /// The provider does not take it (RFC 9126 §2.3).
    #[error("the provider refused the pushed authorization request: {code:?}")]
    Refused {
        /// Its error code, cleaned.
        code: String,
    },
    /// Another status, without an error code.
    #[error("the pushed authorization request was answered with status {0}")]
    Status(StatusCode),
    /// The answer is something else than a JSON object of reasonable length.
    #[error("the answer to the pushed authorization request is not a JSON object")]
    NotAnObject,
    /// The answer has no reference that can be used.
    #[error("the answer to the pushed authorization request has no usable request_uri")]
    NoRequestUri,
}

impl PushedRequestError {
    /// Whether the provider has a bad moment; everything else stays as it is until somebody changes something.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Status(status) if status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS)
    }
}

/// Pushes a request. `form` has its parameters (`client_id` among them) and, like `headers`, the proof of who we are.
/// Nothing where the provider has no such endpoint.
#[must_use]
pub fn build_pushed_request(
    metadata: &ProviderMetadata,
    form: &[(String, String)],
    headers: HeaderMap,
) -> Option<ProviderRequest> {
    let endpoint = metadata.pushed_authorization_request_endpoint.clone()?;
    let mut request = ProviderRequest::post(endpoint, form);
    request.headers.extend(headers);
    Some(request)
}

/// Judges the answer to a pushed request.
///
/// 1. The status is 201 (RFC 9126 §2.2), or 200, as some providers have it.
/// 2. The body is a JSON object.
/// 3. `request_uri` is a text without spaces and control characters.
///
/// # Errors
/// See [`PushedRequestError`].
pub fn judge_pushed_answer(answer: &ProviderAnswer) -> Result<RequestUri, PushedRequestError> {
    let object = parse_object(&answer.body);
    // 1. The status.
    if !matches!(answer.status, StatusCode::CREATED | StatusCode::OK) {
        return Err(refusal(answer.status, object.as_ref()));
    }
    // 2. The form.
    let object = object.ok_or(PushedRequestError::NotAnObject)?;
    // 3. The reference.
    let text = object.get("request_uri").and_then(Value::as_str).unwrap_or_default();
    let good = (1..=LONGEST_URI).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| RequestUri(SecretText::new(text))).ok_or(PushedRequestError::NoRequestUri)
}

fn parse_object(body: &[u8]) -> Option<Map<String, Value>> {
    if body.len() > LONGEST { None } else { serde_json::from_slice(body).ok() }
}

/// A status of 500 and more says nothing about our request, whatever the body says.
fn refusal(status: StatusCode, object: Option<&Map<String, Value>>) -> PushedRequestError {
    let code = object.and_then(|object| object.get("error")?.as_str()).map(clean_code);
    match code {
        Some(code) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
            PushedRequestError::Refused { code }
        }
        _ => PushedRequestError::Status(status),
    }
}

/// The address for a request that was pushed (RFC 9126 §4).
#[must_use]
pub fn pushed_authorization_url(
    metadata: &ProviderMetadata,
    client_id: &str,
    request_uri: &RequestUri,
) -> AuthorizationUrl {
    let parameters = [("client_id", client_id), ("request_uri", request_uri.expose_secret())];
    authorization_url(metadata, &parameters.map(|(name, value)| (name.to_owned(), value.to_owned())))
}
