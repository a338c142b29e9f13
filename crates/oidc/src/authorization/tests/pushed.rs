use http::{HeaderMap, HeaderValue, header};
use serde_json::json;

use crate::authorization::{
    PushedRequestError, build_pushed_request, judge_pushed_answer, pushed_authorization_url,
};
use crate::metadata::ProviderMetadata;
use crate::samples::{answer, endpoint, metadata, pairs};

const REFERENCE: &str = "urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2";

#[test]
fn the_parameters_go_to_the_endpoint_with_the_proof() {
    let form = pairs(&[("client_id", "shop"), ("state", "a b")]);
    let proof = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static("Basic x"))]);
    assert!(build_pushed_request(&metadata(), &form, proof.clone()).is_none());
    let address = endpoint("https://id.example/realm/par");
    let metadata = ProviderMetadata { pushed_authorization_request_endpoint: Some(address), ..metadata() };
    let request = build_pushed_request(&metadata, &form, proof).unwrap();
    assert_eq!(request.endpoint.as_str(), "https://id.example/realm/par");
    assert_eq!(request.body.expose_secret(), "client_id=shop&state=a+b");
    assert_eq!(request.headers[header::AUTHORIZATION], "Basic x");
    assert_eq!(request.headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert!(!format!("{request:?}").contains("state"));
}

#[test]
fn the_browser_gets_the_reference_alone() {
    let body = json!({ "request_uri": REFERENCE, "expires_in": 60 });
    let reference = judge_pushed_answer(&answer(201, body)).unwrap();
    assert_eq!(format!("{reference:?}"), "RequestUri(…)");
    assert_eq!(
        pushed_authorization_url(&metadata(), "shop", &reference).as_str(),
        "https://id.example/realm/authorize?client_id=shop\
         &request_uri=urn%3Aexample%3Abwc4JK-ESC0w8acc191e-Y1LTC2"
    );
}

#[test]
fn other_answers_give_no_reference() {
    let refused = |code: &str| PushedRequestError::Refused { code: code.into() };
    let status = |code: u16| PushedRequestError::Status(code.try_into().unwrap());
    let with = |text: &str| json!({ "request_uri": text, "expires_in": 60 }).to_string();
    for (code, body, error) in [
        (400, json!({ "error": "invalid_request" }).to_string(), refused("invalid_request")),
        (401, json!({ "error": "invalid_client\n\"" }).to_string(), refused("invalid_client")),
        (400, "<html>".into(), status(400)),
        (302, with(REFERENCE), status(302)),
        (429, json!({ "error": "slow_down" }).to_string(), status(429)),
        (503, json!({ "error": "invalid_request" }).to_string(), status(503)),
        (201, "[]".into(), PushedRequestError::NotAnObject),
        (201, format!("{}{}", with(REFERENCE), " ".repeat(65536)), PushedRequestError::NotAnObject),
        (201, "{}".into(), PushedRequestError::NoRequestUri),
        (201, with(""), PushedRequestError::NoRequestUri),
        (201, with("a b"), PushedRequestError::NoRequestUri),
        (201, with(&"x".repeat(2049)), PushedRequestError::NoRequestUri),
    ] {
        let is_temporary = code == 429 || code >= 500;
        let judged = judge_pushed_answer(&answer(code, body)).unwrap_err();
        assert_eq!(judged.is_temporary(), is_temporary, "{judged}");
        assert_eq!(judged, error);
    }
}
