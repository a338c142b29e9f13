//! The API's own refresh, declared and not coded.

use http::StatusCode;
use serde_json::Value;

use super::call::CallTemplate;
use super::conditions::AnswerCondition;
use super::judge::{AnswerFault, ApiAnswer};
use super::tokens::{TokenReading, read_renewed_tokens};
use crate::session::TokenSet;
use crate::time::Timestamp;

/// The refresh call and how its answer is read.
#[derive(Debug, Clone)]
pub struct RefreshSettings {
    /// The request.
    pub call: CallTemplate,
    /// Which answers mean success (default: any 2xx).
    pub success: AnswerCondition,
    /// Which answers mean that the refresh token is no longer good (default: 400, 401, 403). They end the session.
    pub refused: AnswerCondition,
    /// Where the tokens are in the answer.
    pub reading: TokenReading,
}

/// The API decided about a refresh.
#[derive(Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It gave new tokens; none where only cookies are renewed.
    Renewed(Option<TokenSet>),
    /// It does not take the refresh token any more.
    Refused,
}

/// The answer does not say whether the refresh token is good: it ends no session, and the refresh is tried again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshFault {
    /// The API itself failed, or asks to come back later.
    #[error("the API answered the refresh with status {0}")]
    ApiFailed(u16),
    /// A status that neither `success` nor `refused` covers.
    #[error("the API answered the refresh with status {0}, which neither `success` nor `refused` covers")]
    UnexpectedStatus(u16),
    /// The refusal is about the client and not about the token (RFC 6749 §5.2): a wrong secret must sign nobody out.
    #[error("the API does not accept the refresh request itself: {0}")]
    RequestRefused(&'static str),
    /// A successful answer from which no token can be read.
    #[error("the API's answer to the refresh cannot be used: {0}")]
    Answer(#[from] AnswerFault),
}

/// Judges the answer. `old` are the tokens that were to be renewed.
///
/// # Errors
/// When it does not say whether the refresh token is good.
pub fn judge_refresh(
    answer: &ApiAnswer<'_>,
    settings: &RefreshSettings,
    old: Option<&TokenSet>,
    now: Timestamp,
) -> Result<Renewal, RefreshFault> {
    let body = answer.value();
    let status = answer.status.as_u16();
    // Whoever fails, or asks us to come back later, has said nothing about the token.
    if answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(RefreshFault::ApiFailed(status));
    }
    if settings.success.holds(answer.status, body.as_ref()) {
        let body = body.unwrap_or(Value::Null);
        let tokens = read_renewed_tokens(&body, &settings.reading, old, now)?;
        return Ok(Renewal::Renewed(tokens));
    }
    if !settings.refused.holds(answer.status, body.as_ref()) {
        return Err(RefreshFault::UnexpectedStatus(status));
    }
    match body.as_ref().and_then(request_error) {
        Some(code) => Err(RefreshFault::RequestRefused(code)),
        None => Ok(Renewal::Refused),
    }
}

/// The codes of RFC 6749 §5.2 that are about the request or the client.
fn request_error(body: &Value) -> Option<&'static str> {
    const CODES: [&str; 5] = [
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    let code = body.get("error")?.as_str()?;
    CODES.into_iter().find(|known| *known == code)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};
    use serde_json::json;

    use super::super::BodyTemplate;
    use super::*;
    use crate::secret::SecretText;
    use crate::template::TextTemplate;

    fn settings() -> RefreshSettings {
        RefreshSettings {
            call: CallTemplate {
                method: Method::POST,
                path: TextTemplate::parse("/refresh").unwrap(),
                headers: Vec::new(),
                basic: None,
                body: BodyTemplate::Empty,
            },
            success: AnswerCondition::statuses(&[(200, 299)]),
            refused: AnswerCondition::statuses(&[(400, 401), (403, 403)]),
            reading: TokenReading {
                access_token: Some("/token".into()),
                refresh_token: Some("/refreshToken".into()),
                expires_in: Some("/expiresIn".into()),
                ..TokenReading::default()
            },
        }
    }

    fn old() -> TokenSet {
        TokenSet {
            access_token: SecretText::new("old-access"),
            refresh_token: Some(SecretText::new("old-refresh")),
            expires_at: None,
            obtained_at: None,
        }
    }

    fn judge(status: u16, body: &Value) -> Result<Renewal, RefreshFault> {
        let (body, headers) = (body.to_string(), HeaderMap::new());
        let status = StatusCode::from_u16(status).unwrap();
        let answer = ApiAnswer { status, headers: &headers, body: body.as_bytes() };
        judge_refresh(&answer, &settings(), Some(&old()), Timestamp::from_seconds(100))
    }

    #[test]
    fn a_refresh_token_rotates_or_stays() {
        for (body, wanted) in [
            (json!({ "token": "t", "refreshToken": "new", "expiresIn": 60 }), "new"),
            (json!({ "token": "t", "refreshToken": null, "expiresIn": 60 }), "old-refresh"),
            (json!({ "token": "t", "expiresIn": "60" }), "old-refresh"),
        ] {
            let Ok(Renewal::Renewed(Some(tokens))) = judge(200, &body) else { panic!("{body}") };
            assert_eq!(tokens.access_token.expose_secret(), "t");
            assert_eq!(tokens.refresh_token.unwrap().expose_secret(), wanted, "{body}");
            assert_eq!(tokens.expires_at, Some(Timestamp::from_seconds(160)));
        }
    }

    #[test]
    fn only_a_refusal_of_the_token_is_a_refusal() {
        for status in [400, 401, 403] {
            assert_eq!(judge(status, &json!({})), Ok(Renewal::Refused), "{status}");
        }
        for status in [302, 404, 408, 409, 422, 429, 500, 502, 503] {
            assert!(judge(status, &json!({})).is_err(), "{status}");
        }
        for code in ["invalid_client", "unauthorized_client", "unsupported_grant_type"] {
            assert_eq!(judge(401, &json!({ "error": code })), Err(RefreshFault::RequestRefused(code)));
        }
        assert_eq!(judge(400, &json!({ "error": "invalid_grant" })), Ok(Renewal::Refused));
        let half = json!({ "token": "", "refreshToken": "r", "expiresIn": 60 });
        assert!(matches!(judge(200, &half), Err(RefreshFault::Answer(_))));
        assert!(matches!(judge(200, &json!("no object")), Err(RefreshFault::Answer(_))));
    }
}
