//! Tests of the claims.

use crossgate_core::identity::{Identity, Subject};
use crossgate_core::next_auth::Dialect;
use crossgate_core::template::{JsonTemplate, TextTemplate};
use crossgate_core::upstream_cookie::CookieJar;
use serde_json::json;

use super::*;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn ada(app_claims: Value) -> SessionContent {
    SessionContent {
        identity: Identity {
            subject: Subject::parse("user-1").unwrap(),
            name: Some("Ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            image: None,
            user: object(json!({ "role": "admin", "address": { "country": "AT" } })),
        },
        sign_in: "credentials".to_owned(),
        tokens: None,
        cookies: CookieJar::default(),
        provider: None,
        app_claims: object(app_claims),
        user_agent: None,
    }
}

fn declared(members: &[(&str, &str)]) -> NextAuthSettings {
    let text = |text: &str| JsonTemplate::Text(TextTemplate::parse(text).unwrap());
    let members = members.iter().map(|(name, template)| ((*name).to_owned(), text(template))).collect();
    NextAuthSettings { token: JsonTemplate::Object(members), ..NextAuthSettings::plain(Dialect::V4) }
}

#[test]
fn the_claims_of_the_reference_come_without_being_declared_and_what_is_not_known_is_left_out() {
    let claims = claims_of(&ada(json!({})), &declared(&[])).unwrap();
    assert_eq!(Value::Object(claims), json!({ "name": "Ada", "email": "ada@example.com", "sub": "user-1" }));
}

#[test]
fn declared_claims_come_over_those_of_the_reference_and_the_apps_over_both() {
    let settings = declared(&[
        ("role", "{/role}"),
        ("country", "{/address/country}"),
        ("by", "{sign_in}"),
        ("name", "declared"),
        ("email", "declared"),
        ("none", "{/none}"),
        ("token", "{access_token}"),
    ]);
    let claims = claims_of(&ada(json!({ "name": "the app's", "more": [1] })), &settings).unwrap();
    assert_eq!(
        Value::Object(claims),
        json!({
            "name": "the app's", "email": "declared", "sub": "user-1", "role": "admin", "country": "AT",
            "by": "credentials", "more": [1],
        })
    );
}

#[test]
fn nobody_but_crossgate_says_whose_token_it_is() {
    let reserved = RESERVED.map(|name| (name, "stolen"));
    let app_claims = reserved.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
    let claims = claims_of(&ada(Value::Object(app_claims)), &declared(&reserved)).unwrap();
    assert_eq!(claims.get("sub"), Some(&json!("user-1")));
    assert!(!claims.values().any(|value| value == "stolen"), "{claims:?}");
}

fn changes(given: Value, back: Value) -> ClaimChanges {
    ClaimChanges::between(&object(given), object(back))
}

#[test]
fn a_token_that_was_sealed_anew_and_says_the_same_changes_nothing() {
    let given = json!({ "sub": "1", "name": "Ada", "gone": null });
    let back = json!({ "sub": "2", "name": "Ada", "sid": "s", "iat": 1, "exp": 2, "jti": "x", "nbf": 0 });
    assert!(changes(given, back).is_empty());
}

#[test]
fn what_the_app_changed_goes_over_what_somebody_else_changed_meanwhile() {
    let changes = changes(
        json!({ "sub": "1", "name": "Ada", "role": "admin", "cart": 1 }),
        json!({ "sub": "1", "name": "Ada L.", "theme": "dark" }),
    );
    let mut app_claims = object(json!({ "cart": 1, "role": "guest", "meanwhile": true }));
    let follows = |name: &str| name == "role";
    assert!(changes.apply(&mut app_claims, follows));
    let expected = json!({ "name": "Ada L.", "theme": "dark", "role": null, "meanwhile": true });
    assert_eq!(Value::Object(app_claims.clone()), expected);
    assert!(!changes.apply(&mut app_claims, follows), "the second time nothing changes");
}
