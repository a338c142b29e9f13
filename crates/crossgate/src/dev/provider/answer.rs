//! Answers.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

/// What is sent.
pub(super) type Answer = Response<Full<Bytes>>;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (RESOURCE_POLICY, "same-origin"),
        // With `no-referrer` the forms of a page would come with `Origin: null`.
        (REFERRER_POLICY, "same-origin"),
    ];
    answer.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    answer
}

/// A page, with what it may load and where its forms may lead.
pub(super) fn page(html: String, policy: &str) -> Answer {
    let mut page = answer(StatusCode::OK, "text/html; charset=utf-8", html);
    match HeaderValue::from_str(policy) {
        Ok(policy) => {
            page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
            page
        }
        Err(_) => fault("the policy of a page is no header"),
    }
}

pub(super) fn style_sheet(text: String) -> Answer {
    answer(StatusCode::OK, "text/css; charset=utf-8", text)
}

pub(super) fn json(status: StatusCode, body: &Value) -> Answer {
    answer(status, "application/json", body.to_string())
}

/// A plain sentence for whoever develops.
pub(super) fn refusal(status: StatusCode, sentence: &str) -> Answer {
    answer(status, "text/plain; charset=utf-8", format!("{sentence}\n"))
}

/// An error of RFC 6749 §5.2.
pub(super) fn token_error(code: &str) -> Answer {
    let status = if code == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    json(status, &json!({ "error": code }))
}

/// The browser goes on with a GET.
pub(super) fn see_other(location: &str) -> Answer {
    let mut answer = refusal(StatusCode::SEE_OTHER, "it goes on elsewhere");
    match HeaderValue::from_str(location) {
        Ok(location) => {
            answer.headers_mut().insert(LOCATION, location);
            answer
        }
        Err(_) => fault("the place to go on is no header"),
    }
}

/// A fault of ours; the log says which.
pub(super) fn fault(reason: &str) -> Answer {
    tracing::error!(target: "crossgate::dev", reason, "the provider of the test people could not answer");
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "that did not work; the log says why")
}
