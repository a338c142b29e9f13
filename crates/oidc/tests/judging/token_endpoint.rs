//! The token endpoint.

use std::time::Duration;

use crossgate_core::provider::{ClientAuthentication, TokenTarget};
use crossgate_core::secret::SecretText;
use crossgate_oidc::token::{build_refresh_request, build_token_request, judge_token_response};
use crossgate_oidc::{CodeGrant, JsonError, TokenError};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::*;

fn code_form(targets: Vec<TokenTarget>) -> Vec<(String, String)> {
    let mut settings = settings(ClientAuthentication::Basic(SecretText::new("secret")));
    settings.token_targets = targets;
    let grant =
        CodeGrant { code: "c o&de", redirect_uri: "https://shop.example/cb", code_verifier: "verifier" };
    let request = build_token_request(&settings, &metadata(), &grant, &PROOF).unwrap();
    assert_eq!((&request.method, request.endpoint.as_str()), (&Method::POST, "https://id.example/token"));
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.headers["accept"], "application/json");
    assert!(request.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert!(!format!("{request:?}").contains("verifier"));
    form_of(&request)
}

#[test]
fn a_code_is_redeemed_with_its_verifier() {
    let plain = pairs(&[
        ("grant_type", "authorization_code"),
        ("code", "c o&de"),
        ("redirect_uri", "https://shop.example/cb"),
        ("code_verifier", "verifier"),
    ]);
    assert_eq!(code_form(vec![]), plain);
    assert_eq!(code_form(vec![TokenTarget::Audience("https://api".into())]), plain);
    let two = vec![TokenTarget::Resource("https://a".into()), TokenTarget::Resource("https://b".into())];
    assert_eq!(code_form(two), [plain, pairs(&[("resource", "https://a")])].concat());
}

#[test]
fn a_refresh_is_for_one_target() {
    let settings = settings(ClientAuthentication::Post(SecretText::new("secret")));
    for (target, extra) in [
        (TokenTarget::Default, None),
        (TokenTarget::Audience("x".into()), Some(("audience", "x"))),
        (TokenTarget::Resource("x".into()), Some(("resource", "x"))),
    ] {
        let token = SecretText::new("refresh");
        let request = build_refresh_request(&settings, &metadata(), &token, &target, &PROOF).unwrap();
        let mut expected = vec![("grant_type", "refresh_token"), ("refresh_token", "refresh")];
        expected.extend(extra);
        expected.extend([("client_id", CLIENT), ("client_secret", "secret")]);
        assert_eq!(form_of(&request), pairs(&expected));
    }
}

fn good() -> Value {
    json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 3600 })
}

#[test]
fn tokens_are_read() {
    let more = json!({ "refresh_token": "rt", "id_token": "a.b.c", "scope": "openid" });
    let answer = answer(200, &patched(&good(), &more).to_string());
    let tokens = judge_token_response(&answer, now()).unwrap();
    assert_eq!(tokens.access_token, SecretText::new("at"));
    assert_eq!(tokens.refresh_token, Some(SecretText::new("rt")));
    assert_eq!(tokens.id_token.as_ref().unwrap().text(), &SecretText::new("a.b.c"));
    assert_eq!(tokens.scope.as_deref(), Some("openid"));
    assert_eq!(tokens.expires_at, Some(now().after(Duration::from_secs(3600))));
    let printed = format!("{tokens:?}");
    assert!(!printed.contains("a.b.c") && !printed.contains("rt\"") && !printed.contains("at\""));
}

#[test]
fn small_liberties_of_providers_are_taken_as_meant() {
    let hour = Some(now().after(Duration::from_secs(3600)));
    for (patch, expires_at) in [
        (json!({ "token_type": "bearer" }), hour),
        (json!({ "token_type": null }), hour),
        (json!({ "expires_in": "3600" }), hour),
        (json!({ "expires_in": 3600.5 }), hour),
        (json!({ "expires_in": null, "refresh_token": "" }), None),
        (json!({ "expires_in": 0 }), Some(now())),
        (json!({ "expires_in": -5 }), Some(now())),
    ] {
        let answer = answer(200, &patched(&good(), &patch).to_string());
        let tokens = judge_token_response(&answer, now()).unwrap();
        assert_eq!(tokens.expires_at, expires_at, "{patch}");
        assert!(tokens.refresh_token.is_none());
    }
    let null = r#"{"access_token":"at","token_type":"Bearer","refresh_token":null,"error":null}"#;
    assert!(judge_token_response(&answer(200, null), now()).unwrap().refresh_token.is_none());
}

#[test]
fn what_is_no_token_is_told_apart() {
    let bad = |patch: Value| patched(&good(), &patch).to_string();
    for (body, expected) in [
        (bad(json!({ "access_token": null })), TokenError::Missing("access_token")),
        (bad(json!({ "access_token": "" })), TokenError::Malformed("access_token")),
        (bad(json!({ "access_token": "a\r\nX: y" })), TokenError::Malformed("access_token")),
        (bad(json!({ "access_token": ["at"] })), TokenError::Malformed("access_token")),
        (bad(json!({ "refresh_token": 1 })), TokenError::Malformed("refresh_token")),
        (bad(json!({ "id_token": {} })), TokenError::Malformed("id_token")),
        (bad(json!({ "expires_in": "soon" })), TokenError::Malformed("expires_in")),
        (bad(json!({ "expires_in": true })), TokenError::Malformed("expires_in")),
        (bad(json!({ "token_type": "DPoP" })), TokenError::WrongTokenType),
        ("access_token=at&token_type=bearer".into(), TokenError::NotJson(JsonError::NotObject)),
        ("<html>".into(), TokenError::NotJson(JsonError::NotObject)),
        (r#"{"access_token":"a","access_token":"b"}"#.into(), TokenError::NotJson(JsonError::RepeatedMember)),
    ] {
        assert_eq!(judge_token_response(&answer(200, &body), now()).err(), Some(expected), "{body}");
    }
}

#[test]
fn refusals_are_told_apart() {
    let grant = |code: &str| TokenError::InvalidGrant { code: code.into() };
    let client = |code: &str| TokenError::ClientRefused { code: code.into() };
    let other = |code: &str| TokenError::Refused { code: code.into() };
    let failed = |status| TokenError::ProviderFailed(StatusCode::from_u16(status).unwrap());
    for (status, body, expected) in [
        (400, r#"{"error":"invalid_grant"}"#, grant("invalid_grant")),
        (200, r#"{"error":"bad_verification_code"}"#, grant("bad_verification_code")),
        (401, r#"{"error":"invalid_client"}"#, client("invalid_client")),
        (400, r#"{"error":"unauthorized_client"}"#, client("unauthorized_client")),
        (200, r#"{"error":"incorrect_client_credentials"}"#, client("incorrect_client_credentials")),
        (200, r#"{"ok":false,"error":"bad_redirect"}"#, other("bad_redirect")),
        (200, r#"{"error":"x","access_token":"at","token_type":"bearer"}"#, other("x")),
        (400, r#"{"error":{"type":"OAuthException","message":"at"}}"#, other("OAuthException")),
        (400, r#"{"error":{}}"#, other("unnamed")),
        (400, "{\"error\":\"a b\\n\\u001b[31mc\\\"\"}", other("ab31mc")),
        (400, r#"{"error":"temporarily_unavailable"}"#, failed(400)),
        (500, r#"{"error":"invalid_grant"}"#, failed(500)),
        (429, r#"{"error":"invalid_grant"}"#, failed(429)),
        (502, "<html>", failed(502)),
        (404, "not found", failed(404)),
        (302, "", failed(302)),
        (400, r#"{"access_token":"at","token_type":"bearer"}"#, failed(400)),
    ] {
        let found = judge_token_response(&answer(status, body), now()).err();
        assert_eq!(found, Some(expected), "{status} {body}");
    }
    let long = json!({ "error": "x".repeat(1000) }).to_string();
    assert_eq!(judge_token_response(&answer(400, &long), now()).err(), Some(other(&"x".repeat(64))));
}
