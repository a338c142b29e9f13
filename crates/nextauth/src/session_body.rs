//! Bodies of the `session` and `csrf` endpoints (contract §3.1–3.3, §6.5).

use crossgate_core::error_code::ErrorCode;
use crossgate_core::settings::Dialect;
use crossgate_core::template::{JsonTemplate, MissingVariable};
use crossgate_core::time::Timestamp;
use serde_json::{Map, Value, json};

/// The session object that follows from the claims of the app's token, with the declared members over those of the
/// reference; members of `user` are put together. The template's variables are JSON Pointers into the claims. `expires` is written as
/// JavaScript's `Date.prototype.toISOString` does: UTC with milliseconds.
///
/// # Errors
/// When a declared text has a variable without a value.
pub fn session_body_of(
    claims: &Map<String, Value>,
    declared: &JsonTemplate,
    expires: Timestamp,
) -> Result<Value, MissingVariable> {
    let of_reference = [("name", "name"), ("email", "email"), ("image", "picture")].into_iter();
    let mut user: Map<String, Value> = of_reference
        .filter_map(|(member, claim)| Some((member.to_owned(), claims.get(claim)?.clone())))
        .collect();
    let all = Value::Object(claims.clone());
    let mut session = match declared.render(&|pointer| all.pointer(pointer).cloned())? {
        Some(Value::Object(session)) => session,
        _ => Map::new(),
    };
    if let Some(Value::Object(declared)) = session.remove("user") {
        user.extend(declared);
    }
    session.insert("user".to_owned(), Value::Object(user));
    session.insert("expires".to_owned(), Value::String(iso_text(expires)));
    Ok(Value::Object(session))
}

/// "Nobody is signed in": `{}` for v4, which takes `null` for a fault; `null` for v5, which takes `{}` for a session.
#[must_use]
pub fn empty_session_body(dialect: Dialect) -> Value {
    match dialect {
        Dialect::V4 => Value::Object(Map::new()),
        Dialect::V5 => Value::Null,
    }
}

/// Body of the 400 answer to a session update without a valid CSRF token. An object in both dialects: the
/// reference's `null` makes the v5 client throw in its own error handling and stay in state `loading`.
#[must_use]
pub fn update_refused_body() -> Value {
    json!({ "error": ErrorCode::CsrfInvalid.as_str(), "message": ErrorCode::CsrfInvalid.message() })
}

/// Body of the `csrf` endpoint.
#[must_use]
pub fn csrf_body(token: &str) -> Value {
    json!({ "csrfToken": token })
}

fn iso_text(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_a_different_body_in_each_dialect() {
        assert_eq!(empty_session_body(Dialect::V4).to_string(), "{}");
        assert_eq!(empty_session_body(Dialect::V5).to_string(), "null");
    }

    #[test]
    fn expiry_is_written_as_javascript_writes_it() {
        for (millis, text) in [
            (1_000, "1970-01-01T00:00:01.000Z"),
            (1_795_457_866_120, "2026-11-23T18:17:46.120Z"),
            (i64::MAX, "9999-12-30T22:00:00.999Z"),
        ] {
            assert_eq!(iso_text(Timestamp::from_millis(millis)), text, "{millis}");
        }
    }

    #[test]
    fn errors_are_objects_that_are_no_session() {
        let body = update_refused_body();
        assert!(body.is_object() && body.get("user").is_none() && body.get("expires").is_none());
    }
}
