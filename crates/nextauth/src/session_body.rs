//! Bodies of the `session` and `csrf` endpoints (contract §3.1–3.3, §6.5).

use crossgate_core::error_code::ErrorCode;
use crossgate_core::identity::Identity;
use crossgate_core::settings::Dialect;
use crossgate_core::template::{JsonTemplate, MissingVariable};
use crossgate_core::time::Timestamp;
use serde_json::{Map, Value, json};

/// The session object, or the dialect's word for "nobody is signed in" when there is no identity. `expires` is
/// written as JavaScript's `Date.prototype.toISOString` does: UTC with milliseconds.
#[must_use]
pub fn session_body(identity: Option<&Identity>, expires: Timestamp, dialect: Dialect) -> Value {
    match identity {
        Some(identity) => json!({ "user": user(identity), "expires": iso_text(expires) }),
        None => empty_session_body(dialect),
    }
}

/// The session object that follows from the claims of the app's token, with the declared members over those of the
/// reference; members of `user` are put together. The template's variables are JSON Pointers into the claims.
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

/// What is not known is left out.
fn user(identity: &Identity) -> Map<String, Value> {
    [("name", &identity.name), ("email", &identity.email), ("image", &identity.image)]
        .into_iter()
        .filter_map(|(member, value)| Some((member.to_owned(), Value::String(value.clone()?))))
        .collect()
}

fn iso_text(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgate_core::identity::Subject;

    fn ada(name: Option<&str>, email: Option<&str>, image: Option<&str>) -> Identity {
        let text = |value: Option<&str>| value.map(str::to_owned);
        Identity {
            subject: Subject::parse("user-1").unwrap(),
            name: text(name),
            email: text(email),
            image: text(image),
            user: Map::new(),
        }
    }

    #[test]
    fn the_session_of_the_contract() {
        let identity = ada(Some("Ada"), Some("ada@example.com"), Some("http://img/x.png"));
        let body =
            session_body(Some(&identity), Timestamp::from_millis(1_798_049_578_045), Dialect::V4).to_string();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "user": { "name": "Ada", "email": "ada@example.com", "image": "http://img/x.png" },
                "expires": "2026-12-23T18:12:58.045Z"
            })
        );
    }

    #[test]
    fn what_is_not_known_is_left_out_and_the_subject_is_not_told() {
        for dialect in [Dialect::V4, Dialect::V5] {
            let body = session_body(Some(&ada(None, None, None)), Timestamp::from_seconds(0), dialect);
            assert_eq!(body, json!({ "user": {}, "expires": "1970-01-01T00:00:00.000Z" }));
        }
    }

    #[test]
    fn nobody_is_a_different_body_in_each_dialect() {
        let now = Timestamp::from_seconds(1);
        assert_eq!(session_body(None, now, Dialect::V4).to_string(), "{}");
        assert_eq!(session_body(None, now, Dialect::V5).to_string(), "null");
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
