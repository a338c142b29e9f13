//! Answers of our own: JSON, redirects, pages and refusals.

use crossgate_core::error_code::ErrorCode;
use crossgate_nextauth::Reply;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::pages::CONTENT_SECURITY_POLICY;
use crate::request_id::RequestId;
use crate::upstream::AnswerBody;

/// What every answer of ours says about caching and context (OWASP ASVS 5.0, 3.4 and 14.3.2).
fn own_headers() -> [(HeaderName, HeaderValue); 5] {
    [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
        (header::EXPIRES, HeaderValue::from_static("0")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ]
}

/// An answer under construction.
pub(crate) type Answer = Response<AnswerBody>;

/// An answer with nothing in it yet.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(AnswerBody::EMPTY);
    *answer.status_mut() = status;
    answer.headers_mut().extend(own_headers());
    answer
}

/// JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Answer {
    let mut answer = empty(status);
    *answer.body_mut() = AnswerBody::whole(body.to_string());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// A redirect to a checked target. 303: whatever the method was, the next request is a GET, and a form with a
/// password is never sent on (RFC 9700 §4.12).
pub(crate) fn redirect(location: &str) -> Answer {
    let mut answer = empty(StatusCode::SEE_OTHER);
    match HeaderValue::from_str(location) {
        Ok(location) => {
            answer.headers_mut().insert(header::LOCATION, location);
            answer
        }
        Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// What a next-auth client reads.
pub(crate) fn of_reply(reply: &Reply) -> Answer {
    match reply {
        Reply::Json { status, .. } => json(*status, &reply.json_body()),
        Reply::Redirect { location, .. } => redirect(location),
    }
}

/// A page of ours.
pub(crate) fn page(status: StatusCode, html: String) -> Answer {
    let mut answer = empty(status);
    *answer.body_mut() = AnswerBody::whole(html);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    answer
}

/// The body of a refusal to a script.
pub(crate) fn error_body(code: ErrorCode, id: RequestId, hint: Option<&str>) -> Value {
    let mut body = json!({ "error": code.as_str(), "message": code.message(), "request_id": id.to_string() });
    if let (Some(object), Some(hint)) = (body.as_object_mut(), hint) {
        object.insert("hint".to_owned(), Value::String(hint.to_owned()));
    }
    body
}

/// Adds a `Set-Cookie` line.
pub(crate) fn set_cookie(headers: &mut HeaderMap, line: &str) {
    if let Ok(line) = HeaderValue::from_str(line) {
        headers.append(header::SET_COOKIE, line);
    }
}
