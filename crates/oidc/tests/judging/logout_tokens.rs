//! Logout tokens (OIDC Back-Channel Logout 1.0 §2.6).

use crossgate_core::provider::ProviderSessionId;
use crossgate_core::time::Timestamp;
use crossgate_oidc::logout::judge_logout_token;
use crossgate_oidc::{ClaimError as C, JwsError, KeyError, LogoutToken, LogoutTokenError as E};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::support::*;

fn claims() -> Value {
    json!({
        "iss": "https://id.example",
        "aud": CLIENT,
        "iat": NOW - 1,
        "exp": NOW + 120,
        "jti": "token-1",
        "sub": "person-1",
        "sid": "s-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

fn judge_text(text: &str) -> Result<LogoutToken, E> {
    judge_logout_token(text, &usual_keys(), &issuer(), CLIENT, now())
}

fn judge(patch: &Value) -> Result<LogoutToken, E> {
    let header = json!({ "alg": "RS256", "kid": "r", "typ": "logout+jwt" });
    judge_text(&sign_with(&header, &patched(&claims(), patch)))
}

#[test]
fn a_good_token_says_whose_session_ended() {
    let token = judge(&json!({})).unwrap();
    assert_eq!((token.issuer, token.id), (issuer(), "token-1".to_owned()));
    assert_eq!(token.subject.unwrap().as_str(), "person-1");
    assert_eq!(token.session, Some(ProviderSessionId("s-1".into())));
}

#[test]
fn either_name_is_enough() {
    let token = judge(&json!({ "sub": null })).unwrap();
    assert!(token.subject.is_none() && token.session.is_some());
    let token = judge(&json!({ "sid": null })).unwrap();
    assert!(token.subject.is_some() && token.session.is_none());
}

#[test]
fn its_id_is_worth_remembering_until_its_times_refuse_it() {
    let token = sign(&claims());
    let ends = judge_text(&token).unwrap().expires_at;
    let long = sign(&patched(&claims(), &json!({ "exp": NOW + 1_000_000 })));
    let long_ends = judge_text(&long).unwrap().expires_at;
    for (token, ends) in [(token, ends), (long, long_ends)] {
        let at = |now| judge_logout_token(&token, &usual_keys(), &issuer(), CLIENT, now).is_ok();
        assert!(at(Timestamp::from_millis(ends.as_millis() - 1)));
        assert!(!at(ends));
    }
}

#[test]
fn every_rule_is_held_to() {
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let cases = [
        // 4.
        (json!({ "iss": "https://evil.example" }), E::Claim(C::OtherIssuer)),
        (json!({ "aud": "client-2" }), E::Claim(C::OtherAudience)),
        (json!({ "aud": null }), E::Claim(C::Missing("aud"))),
        (json!({ "exp": NOW - 60 }), E::Claim(C::Expired)),
        (json!({ "exp": null }), E::Claim(C::Missing("exp"))),
        (json!({ "iat": NOW + 61 }), E::Claim(C::IssuedInFuture)),
        (json!({ "iat": NOW - 660 }), E::Claim(C::IssuedTooLongAgo)),
        (json!({ "iat": null }), E::Claim(C::Missing("iat"))),
        // 5.
        (json!({ "sub": null, "sid": null }), E::NamesNobody),
        (json!({ "sub": "", "sid": null }), E::Claim(C::Malformed("sub"))),
        (json!({ "sub": null, "sid": "" }), E::Claim(C::Malformed("sid"))),
        // 6.
        (json!({ "events": null }), E::NoLogoutEvent),
        (json!({ "events": [event] }), E::NoLogoutEvent),
        (json!({ "events": event }), E::NoLogoutEvent),
        (json!({ "events": { "http://schemas.openid.net/event/other": {} } }), E::NoLogoutEvent),
        (json!({ "events": { event: true } }), E::NoLogoutEvent),
        // 7.
        (json!({ "nonce": "n" }), E::HasNonce),
        (json!({ "nonce": "" }), E::HasNonce),
        // 8, and §2.4.
        (json!({ "jti": null }), E::Claim(C::Missing("jti"))),
        (json!({ "jti": "" }), E::Claim(C::Malformed("jti"))),
        (json!({ "jti": 1 }), E::Claim(C::Malformed("jti"))),
        (json!({ "jti": "x".repeat(256) }), E::Claim(C::Malformed("jti"))),
    ];
    for (patch, expected) in cases {
        assert_eq!(judge(&patch), Err(expected), "{patch}");
    }
    let null_nonce = claims().to_string().replacen('{', r#"{"nonce":null,"#, 1);
    let token = sign_text(r#"{"alg":"RS256","kid":"r"}"#, &null_nonce, Algorithm::RS256, RSA);
    assert_eq!(judge_text(&token), Err(E::HasNonce));
}

#[test]
fn its_type_and_its_signature_are_checked_first() {
    for typ in [json!("logout+jwt"), json!("application/logout+jwt"), json!("JWT"), json!(null)] {
        let header = patched(&json!({ "alg": "RS256", "kid": "r" }), &json!({ "typ": typ }));
        assert!(judge_text(&sign_with(&header, &claims())).is_ok(), "{typ}");
    }
    let cases = [
        (json!({ "alg": "RS256", "kid": "r", "typ": "at+jwt" }), E::Token(JwsError::WrongType)),
        (json!({ "alg": "RS256", "kid": "r", "typ": "secevent+jwt" }), E::Token(JwsError::WrongType)),
        (json!({ "alg": "none", "kid": "r" }), E::Token(JwsError::Unsigned)),
        (json!({ "alg": "HS256", "kid": "r" }), E::Token(JwsError::SharedSecretAlgorithm)),
        (json!({ "alg": "PS256", "kid": "r" }), E::Token(JwsError::Key(KeyError::WrongAlgorithm))),
        (json!({ "alg": "RS256", "kid": "new" }), E::UnknownKey),
    ];
    for (header, expected) in cases {
        assert_eq!(judge_text(&sign_with(&header, &claims())), Err(expected), "{header}");
    }
    let header = r#"{"alg":"RS256","kid":"r"}"#;
    let forged = sign_text(header, &claims().to_string(), Algorithm::RS256, RSA_OTHER);
    assert_eq!(judge_text(&forged), Err(E::Token(JwsError::Signature)));
}
