//! What a provider answers, or somebody in its name.

use std::sync::LazyLock;

use crossgate_core::provider::Issuer;
use crossgate_core::time::Timestamp;
use crossgate_oidc::id_token::judge_id_token;
use crossgate_oidc::key_set::judge_key_set;
use crossgate_oidc::logout::judge_logout_token;
use crossgate_oidc::metadata::judge_metadata;
use crossgate_oidc::token::judge_token_response;
use crossgate_oidc::user_info::judge_emails;
use crossgate_oidc::{IdTokenRules, KeySet, ProviderAnswer, UnverifiedIdToken};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::shop::{CLIENT_ID, ISSUER, SHOP};
use crate::text_of;

/// Public keys; the private ones were thrown away.
const KEYS: &str = include_str!("provider_keys.json");
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

static KEY_SET: LazyLock<KeySet> =
    LazyLock::new(|| judge_key_set(&answer(KEYS.as_bytes())).expect("the keys are good"));
static TRUSTED: LazyLock<Issuer> = LazyLock::new(|| Issuer::parse(ISSUER).expect("the issuer is one"));

fn answer(body: &[u8]) -> ProviderAnswer {
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
    ProviderAnswer { status: StatusCode::OK, headers, body: body.to_vec() }
}

/// Keys: those that are taken are at most as many as there are.
pub fn key_set(data: &[u8]) {
    if let Ok(keys) = judge_key_set(&answer(data)) {
        let document: serde_json::Value = serde_json::from_slice(data).expect("what is taken is JSON");
        let listed = document["keys"].as_array().map_or(0, Vec::len);
        assert!(keys.len() <= listed, "{} of {listed}", keys.len());
    }
}

/// A discovery document: it names the issuer that was asked, and addresses that are safe to ask.
pub fn metadata(data: &[u8]) {
    let Some(provider) = SHOP.providers.first() else { unreachable!("the shop has one") };
    if judge_metadata(&answer(data), provider).is_ok() {
        let document: serde_json::Value = serde_json::from_slice(data).expect("what is taken is JSON");
        assert_eq!(document["issuer"], ISSUER, "another issuer");
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let address = document[name].as_str().and_then(|text| url::Url::parse(text).ok());
            assert!(address.is_some_and(|url| url.scheme() == "https" || is_loopback(&url)), "{name}");
        }
    }
}

fn is_loopback(url: &url::Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "[::1]"))
        || url.host_str().is_some_and(|host| host.starts_with("127."))
}

/// An ID token that nobody has signed.
pub fn id_token(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    let rules =
        IdTokenRules { issuer: &TRUSTED, client_id: CLIENT_ID, nonce: "nonce", access_token: None, now: NOW };
    assert!(judge_id_token(&UnverifiedIdToken::new(text), &KEY_SET, &rules).is_err(), "it was accepted");
}

/// A logout token that nobody has signed.
pub fn logout_token(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    assert!(judge_logout_token(text, &KEY_SET, &TRUSTED, CLIENT_ID, NOW).is_err(), "it was accepted");
}

/// Tokens and e-mail addresses.
pub fn provider_answers(data: &[u8]) {
    let answer = answer(data);
    drop(judge_token_response(&answer, NOW));
    drop(judge_emails(&answer));
}
