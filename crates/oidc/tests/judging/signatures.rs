//! Form, algorithm, key and signature, on the way that ID tokens take.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_oidc::id_token::judge_id_token;
use crossgate_oidc::{IdTokenError, JsonError, JwsError, KeyError, KeySet, UnverifiedIdToken};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::id_tokens::{claims, rules};
use crate::support::*;

fn judge(token: &str, keys: &KeySet) -> Result<(), IdTokenError> {
    judge_id_token(&UnverifiedIdToken::new(token), keys, &rules(&issuer())).map(|_| ())
}

fn refused(error: JwsError) -> Result<(), IdTokenError> {
    Err(IdTokenError::Token(error))
}

#[test]
fn every_algorithm_of_the_list_is_verified() {
    for (algorithm, pem) in ALGORITHMS {
        let keys = key_set(&[jwk("k", algorithm, pem)]);
        let header = json!({ "alg": algorithm, "kid": "k", "typ": "JWT" }).to_string();
        let token = sign_text(&header, &claims().to_string(), algorithm, pem);
        assert_eq!(judge(&token, &keys), Ok(()), "{algorithm:?}");
        assert_eq!(judge(&spoilt(&token), &keys), refused(JwsError::Signature), "{algorithm:?}");
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(judge(&unsigned, &keys), refused(JwsError::Signature), "{algorithm:?}");
    }
}

/// The token with one bit of its signature turned.
fn spoilt(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[20] ^= 1;
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn what_another_key_signed_is_not_the_providers() {
    let (header, payload) = (r#"{"alg":"RS256","kid":"r"}"#, claims().to_string());
    let token = sign_text(header, &payload, Algorithm::RS256, RSA_OTHER);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Signature));
    // The padding is another one than the header says.
    let token = sign_text(header, &payload, Algorithm::PS256, RSA);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Signature));
    // The claims were exchanged.
    let good = sign(&claims());
    let parts: Vec<_> = good.split('.').collect();
    let other = sign(&patched(&claims(), &json!({ "sub": "somebody-else" })));
    let mixed = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(judge(&mixed, &usual_keys()), refused(JwsError::Signature));
}

#[test]
fn nobody_signs_with_what_is_public() {
    let modulus = jwk("r", Algorithm::RS256, RSA)["n"].as_str().unwrap().to_owned();
    for secret in [RSA_PUBLIC, RSA_PUBLIC.trim_end(), &modulus] {
        let header = r#"{"alg":"HS256","kid":"r"}"#;
        let token = sign_text(header, &claims().to_string(), Algorithm::HS256, secret);
        assert_eq!(judge(&token, &usual_keys()), refused(JwsError::SharedSecretAlgorithm));
    }
}

#[test]
fn headers_are_held_to_the_rules() {
    let own_key = jwk("r", Algorithm::RS256, RSA_OTHER);
    let cases: [(Value, JwsError); 14] = [
        (json!({ "alg": "none", "kid": "r" }), JwsError::Unsigned),
        (json!({ "alg": "nOnE", "kid": "r" }), JwsError::Unsigned),
        (json!({ "alg": "HS512", "kid": "r" }), JwsError::SharedSecretAlgorithm),
        (json!({ "alg": "ES512", "kid": "r" }), JwsError::UnsupportedAlgorithm),
        (json!({ "alg": "rs256", "kid": "r" }), JwsError::UnsupportedAlgorithm),
        (json!({ "alg": 256, "kid": "r" }), JwsError::Header),
        (json!({ "kid": "r" }), JwsError::Header),
        (json!({ "alg": "RS256", "kid": 1 }), JwsError::Header),
        (json!(["RS256"]), JwsError::Header),
        (json!({ "alg": "RS256", "kid": "r", "crit": ["b64"], "b64": false }), JwsError::CriticalHeader),
        (json!({ "alg": "RS256", "kid": "r", "typ": "at+jwt" }), JwsError::WrongType),
        (json!({ "alg": "RS256", "kid": "r", "typ": "application/Logout+JWT" }), JwsError::WrongType),
        (json!({ "alg": "RS384", "kid": "r" }), JwsError::Key(KeyError::WrongAlgorithm)),
        (json!({ "alg": "ES256", "kid": "r" }), JwsError::Key(KeyError::WrongAlgorithm)),
    ];
    for (header, expected) in cases {
        assert_eq!(judge(&sign_with(&header, &claims()), &usual_keys()), refused(expected), "{header}");
    }
    // A key that comes along with the token is not looked at.
    let header = json!({ "alg": "RS256", "kid": "r", "jwk": own_key }).to_string();
    let token = sign_text(&header, &claims().to_string(), Algorithm::RS256, RSA_OTHER);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Signature));
}

#[test]
fn only_three_parts_are_a_token() {
    let good = sign(&claims());
    let (head, signature) = good.rsplit_once('.').unwrap();
    for text in ["", ".", "..", "a.b", head, &format!("{good}."), &format!("{good}.{signature}.x")] {
        let found = judge(text, &usual_keys());
        assert!(
            matches!(found, Err(IdTokenError::Token(JwsError::NotCompact | JwsError::Header))),
            "{text:?}"
        );
    }
    for text in [format!("={good}"), format!("{good}="), format!(" {good}"), format!("{good}\n")] {
        assert!(judge(&text, &usual_keys()).is_err(), "{text:?}");
    }
}

#[test]
fn no_claim_and_no_header_can_stand_twice() {
    let twice = r#"{"iss":"https://id.example","iss":"https://evil.example"}"#;
    let token = sign_text(r#"{"alg":"RS256","kid":"r"}"#, twice, Algorithm::RS256, RSA);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Claims(JsonError::RepeatedMember)));
    let header = r#"{"alg":"none","alg":"RS256","kid":"r"}"#;
    let token = sign_text(header, &claims().to_string(), Algorithm::RS256, RSA);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Header));
    let token = sign_text(r#"{"alg":"RS256","kid":"r"}"#, "[]", Algorithm::RS256, RSA);
    assert_eq!(judge(&token, &usual_keys()), refused(JwsError::Claims(JsonError::NotObject)));
}

/// What it is, the keys of the set, the token's header, and what comes of it.
type Case<'a> = (&'a str, &'a [Value], &'a Value, Result<(), IdTokenError>);

#[test]
fn the_key_is_found_by_name_or_is_the_only_one() {
    let (r, other) = (jwk("r", Algorithm::RS256, RSA), jwk("o", Algorithm::RS256, RSA_OTHER));
    let elliptic = jwk("e", Algorithm::ES256, P256);
    let (named, unnamed) = (json!({ "alg": "RS256", "kid": "r" }), json!({ "alg": "RS256" }));
    let same_name = patched(&other, &json!({ "kid": "r" }));
    let any_algorithm = patched(&r, &json!({ "alg": null }));
    let cases: [Case<'_>; 8] = [
        ("by name", &[r.clone(), other.clone()], &named, Ok(())),
        ("the only one that fits", &[r.clone(), elliptic.clone()], &unnamed, Ok(())),
        ("a key for any algorithm", &[any_algorithm], &named, Ok(())),
        ("two fit", &[r.clone(), other.clone()], &unnamed, refused(JwsError::Key(KeyError::Unnamed))),
        ("two of a name", &[r.clone(), same_name], &named, refused(JwsError::Key(KeyError::Ambiguous))),
        ("another name", &[other], &named, Err(IdTokenError::UnknownKey)),
        ("none fits", std::slice::from_ref(&elliptic), &unnamed, Err(IdTokenError::UnknownKey)),
        (
            "one of the name, for something else",
            &[patched(&elliptic, &json!({ "kid": "r" }))],
            &named,
            refused(JwsError::Key(KeyError::WrongAlgorithm)),
        ),
    ];
    for (what, keys, header, expected) in cases {
        assert_eq!(judge(&sign_with(header, &claims()), &key_set(keys)), expected, "{what}");
    }
    // One name, two kinds of key: the algorithm tells them apart.
    let both = key_set(&[r, patched(&elliptic, &json!({ "kid": "r" }))]);
    assert_eq!(judge(&sign(&claims()), &both), Ok(()));
}
