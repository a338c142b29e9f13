//! Who a token belongs to.

use crossgate_core::identity::Subject;
use crossgate_core::provider::EmailList;
use crossgate_core::secret::SecretText;
use crossgate_oidc::user_info::{
    build_emails_request, build_user_info_request, judge_emails, judge_user_info,
};
use crossgate_oidc::{JsonError, ProviderMetadata, UserInfoError as E};
use http::{HeaderValue, Method, StatusCode};
use serde_json::json;

use crate::support::*;

#[test]
fn the_token_is_sent_in_the_header_only() {
    let token = SecretText::new("at");
    let request = build_user_info_request(&metadata(), &token).unwrap();
    assert_eq!((&request.method, request.endpoint.as_str()), (&Method::GET, "https://id.example/me"));
    assert_eq!(request.headers["authorization"], "Bearer at");
    assert!(request.headers["authorization"].is_sensitive() && request.body.is_empty());
    let list = EmailList { endpoint: endpoint("/emails") };
    let request = build_emails_request(&list, &token).unwrap();
    assert_eq!(request.endpoint.as_str(), "https://id.example/emails");
    assert_eq!(request.headers["authorization"], "Bearer at");
}

#[test]
fn there_may_be_nobody_to_ask_or_nothing_to_ask_with() {
    let without = ProviderMetadata { user_info_endpoint: None, ..metadata() };
    assert_eq!(build_user_info_request(&without, &SecretText::new("at")).err(), Some(E::NoAddress));
    let token = SecretText::new("a\r\nX: y");
    assert_eq!(build_user_info_request(&metadata(), &token).err(), Some(E::UnusableToken));
}

#[test]
fn the_answer_is_about_the_person_of_the_id_token() {
    let expected = Subject::parse("person-1").unwrap();
    let failed = |status| E::ProviderFailed(StatusCode::from_u16(status).unwrap());
    for (status, body, error) in [
        (200, r#"{"sub":"person-2","email":"a@shop.example"}"#, E::OtherSubject),
        (200, r#"{"sub":"Person-1"}"#, E::OtherSubject),
        (200, r#"{"sub":["person-1"]}"#, E::OtherSubject),
        (200, r#"{"email":"a@shop.example"}"#, E::NoSubject),
        (200, r#"{"sub":null}"#, E::NoSubject),
        (200, r#"{"sub":"person-1","sub":"person-2"}"#, E::NotJson(JsonError::RepeatedMember)),
        (200, "a.b.c", E::NotJson(JsonError::NotObject)),
        (200, "[]", E::NotJson(JsonError::NotObject)),
        (401, "", E::TokenRefused(StatusCode::UNAUTHORIZED)),
        (403, "", E::TokenRefused(StatusCode::FORBIDDEN)),
        (500, r#"{"sub":"person-1"}"#, failed(500)),
        (204, "", failed(204)),
    ] {
        assert_eq!(judge_user_info(&answer(status, body), Some(&expected)), Err(error), "{status} {body}");
    }
    let good = answer(200, r#"{"sub":"person-1","email":"a@shop.example"}"#);
    assert_eq!(judge_user_info(&good, Some(&expected)).unwrap()["email"], "a@shop.example");
}

#[test]
fn without_an_id_token_the_answer_is_taken_as_it_is() {
    let found = judge_user_info(&answer(200, r#"{"id":17,"login":"octocat"}"#), None).unwrap();
    assert_eq!(found["id"], json!(17));
}

#[test]
fn signed_answers_are_named_as_what_they_are() {
    for content_type in ["application/jwt", "Application/JWT; charset=utf-8"] {
        let mut signed = answer(200, "a.b.c");
        signed.headers.insert("content-type", HeaderValue::from_static(content_type));
        assert_eq!(judge_user_info(&signed, None), Err(E::SignedAnswer));
    }
}

#[test]
fn only_the_primary_address_counts_and_only_if_verified() {
    let entry = |email: &str, primary: bool, verified: bool| json!({ "email": email, "primary": primary, "verified": verified, "visibility": null });
    for (list, expected) in [
        (json!([entry("b@x.example", false, true), entry("a@x.example", true, true)]), Some("a@x.example")),
        (json!([entry("b@x.example", false, true), entry("a@x.example", true, false)]), None),
        (json!([entry("b@x.example", false, true)]), None),
        (json!([{ "email": "a@x.example", "primary": "true", "verified": "true" }]), None),
        (json!([{ "email": 7, "primary": true, "verified": true }]), None),
        (json!([]), None),
    ] {
        let found = judge_emails(&answer(200, &list.to_string())).unwrap();
        assert_eq!(found.as_deref(), expected, "{list}");
    }
    assert_eq!(judge_emails(&answer(200, "{}")), Err(E::NotList));
    assert_eq!(judge_emails(&answer(200, "<html>")), Err(E::NotList));
    assert_eq!(judge_emails(&answer(403, "[]")), Err(E::TokenRefused(StatusCode::FORBIDDEN)));
}
