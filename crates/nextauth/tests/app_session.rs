//! The session that an app shows follows from the claims of its token.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use crossgate_core::template::{JsonTemplate, TextTemplate};
use crossgate_core::time::Timestamp;
use crossgate_nextauth::session_body_of;
use serde_json::{Value, json};

/// A template as the configuration reads it: texts with JSON Pointers for variables.
fn template(json: &Value) -> JsonTemplate {
    match json {
        Value::Object(members) => JsonTemplate::Object(
            members.iter().map(|(name, value)| (name.clone(), template(value))).collect(),
        ),
        Value::String(text) => JsonTemplate::Text(TextTemplate::parse(text).unwrap()),
        other => JsonTemplate::Literal(other.clone()),
    }
}

fn body(claims: Value, declared: Value) -> Value {
    let expires = Timestamp::from_millis(1_798_049_578_045);
    session_body_of(claims.as_object().unwrap(), &template(&declared), expires).unwrap()
}

#[test]
fn the_reference_tells_name_email_and_picture_and_nothing_else() {
    let claims = json!({
        "name": "Ada", "email": "ada@example.com", "picture": "http://img/x.png", "sub": "user-1", "role": "admin",
        "sid": "h", "iat": 1, "exp": 2, "jti": "x"
    });
    let expected = json!({
        "user": { "name": "Ada", "email": "ada@example.com", "image": "http://img/x.png" },
        "expires": "2026-12-23T18:12:58.045Z"
    });
    assert_eq!(body(claims, json!({})), expected);
}

#[test]
fn somebody_of_whom_nothing_is_known_has_an_empty_user() {
    let expected = json!({ "user": {}, "expires": "2026-12-23T18:12:58.045Z" });
    assert_eq!(body(json!({ "sub": "user-1" }), json!({})), expected);
}

#[test]
fn what_is_not_there_is_left_out_and_null_stays_null() {
    let expected = json!({ "user": { "image": null }, "expires": "2026-12-23T18:12:58.045Z" });
    assert_eq!(body(json!({ "picture": null, "sub": "user-1" }), json!({})), expected);
}

#[test]
fn declared_members_are_put_over_it_and_keep_the_types_of_claims() {
    let claims = json!({
        "name": "Ada", "email": "ada@example.com", "sub": "user-1", "roles": ["a", "b"], "address": { "city": "Turin" }
    });
    let declared = json!({
        "user": { "id": "{/sub}", "roles": "{/roles}", "name": "Countess {/name}", "none": "{/absent}" },
        "city": "{/address/city}", "api": { "version": 2 }
    });
    let expected = json!({
        "user": { "name": "Countess Ada", "email": "ada@example.com", "id": "user-1", "roles": ["a", "b"] },
        "city": "Turin", "api": { "version": 2 }, "expires": "2026-12-23T18:12:58.045Z"
    });
    assert_eq!(body(claims, declared), expected);
}

#[test]
fn the_user_stays_an_object_and_the_end_stays_ours() {
    let claims = json!({ "name": "Ada", "user": { "id": 7 }, "word": "text", "end": "never" });
    let with = |user: &str| body(claims.clone(), json!({ "user": user, "expires": "{/end}" }));
    let expires = "2026-12-23T18:12:58.045Z";
    assert_eq!(with("{/user}"), json!({ "user": { "name": "Ada", "id": 7 }, "expires": expires }));
    assert_eq!(with("{/word}"), json!({ "user": { "name": "Ada" }, "expires": expires }));
}

#[test]
fn a_text_around_a_claim_that_is_not_there_is_an_error() {
    let declared = template(&json!({ "greeting": "Hello {/nickname}" }));
    assert!(session_body_of(&serde_json::Map::new(), &declared, Timestamp::from_seconds(0)).is_err());
}
