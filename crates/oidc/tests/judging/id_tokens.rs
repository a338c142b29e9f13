//! The claims of ID tokens (OIDC Core §3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::provider::{Issuer, ProviderSessionId};
use crossgate_core::secret::SecretText;
use crossgate_oidc::id_token::judge_id_token;
use crossgate_oidc::{ClaimError as C, IdTokenClaims, IdTokenError, IdTokenRules, UnverifiedIdToken};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::support::*;

const NONCE: &str = "n-0S6_WzA2Mj";

pub(crate) fn rules(issuer: &Issuer) -> IdTokenRules<'_> {
    IdTokenRules { issuer, client_id: CLIENT, nonce: NONCE, access_token: None, now: now() }
}

pub(crate) fn claims() -> Value {
    json!({
        "iss": "https://id.example",
        "sub": "person-1",
        "aud": CLIENT,
        "exp": NOW + 300,
        "iat": NOW - 1,
        "nonce": NONCE,
    })
}

fn judge(patch: &Value) -> Result<IdTokenClaims, IdTokenError> {
    let token = UnverifiedIdToken::new(sign(&patched(&claims(), patch)));
    judge_id_token(&token, &usual_keys(), &rules(&issuer()))
}

#[test]
fn a_good_token_says_who_signed_in() {
    let found = judge(&json!({ "sid": "s-1", "email": "a@shop.example" })).unwrap();
    assert_eq!(found.subject.as_str(), "person-1");
    assert_eq!(found.session, Some(ProviderSessionId("s-1".into())));
    assert_eq!(found.claims["email"], "a@shop.example");
}

#[test]
fn what_is_within_the_rules_is_accepted() {
    for patch in [
        json!({ "aud": [CLIENT] }),
        json!({ "aud": [CLIENT, CLIENT] }),
        json!({ "aud": CLIENT, "azp": CLIENT }),
        json!({ "aud": ["api", CLIENT], "azp": CLIENT }),
        json!({ "exp": NOW - 59 }),
        json!({ "exp": NOW as f64 + 300.5 }),
        json!({ "iat": NOW + 60 }),
        json!({ "iat": NOW - 659 }),
        json!({ "nbf": NOW + 60 }),
        json!({ "sub": "x".repeat(255) }),
        json!({ "at_hash": "of-a-token-that-we-did-not-get" }),
    ] {
        assert!(judge(&patch).is_ok(), "{patch}");
    }
}

#[test]
fn every_claim_is_held_to_its_step() {
    let cases = [
        // 2.
        (json!({ "iss": "https://evil.example" }), C::OtherIssuer),
        (json!({ "iss": "https://id.example/" }), C::OtherIssuer),
        (json!({ "iss": null }), C::Missing("iss")),
        (json!({ "iss": ["https://id.example"] }), C::Malformed("iss")),
        // 3.
        (json!({ "aud": "client-2" }), C::OtherAudience),
        (json!({ "aud": "client-10" }), C::OtherAudience),
        (json!({ "aud": [] }), C::OtherAudience),
        (json!({ "aud": null }), C::Missing("aud")),
        (json!({ "aud": [CLIENT, 7] }), C::Malformed("aud")),
        (json!({ "aud": { "client-1": true } }), C::Malformed("aud")),
        (json!({ "aud": [CLIENT, "client-2"] }), C::NoAuthorizedParty),
        // 5.
        (json!({ "azp": "client-2" }), C::OtherAuthorizedParty),
        (json!({ "aud": [CLIENT, "client-2"], "azp": "client-2" }), C::OtherAuthorizedParty),
        (json!({ "azp": 1 }), C::Malformed("azp")),
        // 9.
        (json!({ "exp": NOW - 60 }), C::Expired),
        (json!({ "exp": 0 }), C::Expired),
        (json!({ "exp": null }), C::Missing("exp")),
        (json!({ "exp": "tomorrow" }), C::Malformed("exp")),
        // 10.
        (json!({ "iat": NOW + 61 }), C::IssuedInFuture),
        (json!({ "iat": 1e300 }), C::IssuedInFuture),
        (json!({ "iat": NOW - 660 }), C::IssuedTooLongAgo),
        (json!({ "iat": -1e300 }), C::IssuedTooLongAgo),
        (json!({ "iat": null }), C::Missing("iat")),
        (json!({ "iat": true }), C::Malformed("iat")),
        (json!({ "nbf": NOW + 61 }), C::NotYetValid),
        // 11.
        (json!({ "nonce": null }), C::Missing("nonce")),
        (json!({ "nonce": 5 }), C::Malformed("nonce")),
        // §2, and what is optional.
        (json!({ "sub": null }), C::Missing("sub")),
        (json!({ "sub": "" }), C::Malformed("sub")),
        (json!({ "sub": 17 }), C::Malformed("sub")),
        (json!({ "sub": "x".repeat(256) }), C::Malformed("sub")),
        (json!({ "sid": "" }), C::Malformed("sid")),
        (json!({ "sid": 1 }), C::Malformed("sid")),
        (json!({ "at_hash": 1 }), C::Malformed("at_hash")),
    ];
    for (patch, expected) in cases {
        assert_eq!(judge(&patch).map(|_| ()), Err(IdTokenError::Claim(expected)), "{patch}");
    }
}

#[test]
fn the_nonce_is_that_of_this_sign_in() {
    for nonce in ["", "n-0S6_WzA2M", "n-0S6_WzA2Mk", "N-0S6_WzA2Mj"] {
        assert_eq!(judge(&json!({ "nonce": nonce })).map(|_| ()), Err(IdTokenError::OtherNonce), "{nonce}");
    }
}

#[test]
fn the_example_of_the_specification_has_this_access_token_hash() {
    // OIDC Core, appendix A.3 and A.4.
    let access_token = SecretText::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    let with = |hash: &str| {
        let token = sign(&patched(&claims(), &json!({ "at_hash": hash })));
        let (issuer, token) = (issuer(), UnverifiedIdToken::new(token));
        let rules = IdTokenRules { access_token: Some(&access_token), ..rules(&issuer) };
        judge_id_token(&token, &usual_keys(), &rules).map(|_| ())
    };
    assert_eq!(with("77QmUPtjPfzWtF2AnpK9RQ"), Ok(()));
    for wrong in ["", "77QmUPtjPfzWtF2AnpK9RR", "77QmUPtjPfzWtF2AnpK9R", "77QmUPtjPfzWtF2AnpK9RQ=="] {
        assert_eq!(with(wrong), Err(IdTokenError::OtherAccessToken), "{wrong}");
    }
}

#[test]
fn the_access_token_hash_follows_the_algorithm() {
    let (text, access_token) = ("an-access-token", SecretText::new("an-access-token"));
    let half = |hash: &[u8]| URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    for (algorithm, pem) in ALGORITHMS {
        let right = match algorithm {
            Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 => half(&Sha256::digest(text)),
            Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => half(&Sha384::digest(text)),
            _ => half(&Sha512::digest(text)),
        };
        let header = json!({ "alg": algorithm }).to_string();
        let payload = patched(&claims(), &json!({ "at_hash": right })).to_string();
        let token = UnverifiedIdToken::new(sign_text(&header, &payload, algorithm, pem));
        let (issuer, keys) = (issuer(), key_set(&[jwk("k", algorithm, pem)]));
        let rules = IdTokenRules { access_token: Some(&access_token), ..rules(&issuer) };
        assert!(judge_id_token(&token, &keys, &rules).is_ok(), "{algorithm:?}");
    }
}

#[test]
fn nothing_of_a_token_is_printed() {
    let token = sign(&claims());
    assert_eq!(format!("{:?}", UnverifiedIdToken::new(&*token)), "UnverifiedIdToken(…)");
    let error = judge(&json!({ "iss": "https://evil.example" })).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("evil"));
}
