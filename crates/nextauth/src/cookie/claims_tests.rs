use serde_json::json;

use super::*;

const NOW: i64 = 1_000_000;

struct Ones;

impl Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0xff);
        Ok(())
    }
}

fn judged(claims: Value) -> Result<CheckedClaims, ClaimsRefusal> {
    judge_claims(claims.as_object().unwrap().clone(), Timestamp::from_seconds(NOW))
}

#[test]
fn nothing_stands_over_what_crossgate_says() {
    let claims = json!({ "sub": "user-1", "role": "admin", "sid": "forged", "iat": 1, "exp": 9, "nbf": 9, "jti": "x" });
    let registered = Registered {
        session: Some("handle"),
        issued_at: Timestamp::from_seconds(NOW),
        max_age: Duration::from_secs(60),
    };
    let token = TokenClaims::new(claims.as_object().unwrap().clone(), &registered, &Ones).unwrap();
    let expected = json!({
        "sub": "user-1", "role": "admin", "sid": "handle", "iat": NOW, "exp": NOW + 60,
        "jti": "ffffffff-ffff-4fff-bfff-ffffffffffff"
    });
    assert_eq!(Value::Object(token.as_map().clone()), expected);
}

#[test]
fn a_token_as_an_app_seals_it_names_no_session() {
    let claims = json!({ "sub": "user-1", "sid": "forged" });
    let registered = Registered {
        session: None,
        issued_at: Timestamp::from_seconds(NOW),
        max_age: Duration::from_secs(60),
    };
    let token = TokenClaims::new(claims.as_object().unwrap().clone(), &registered, &Ones).unwrap();
    assert!(!token.as_map().contains_key("sid"));
}

#[test]
fn a_uuid_has_its_version_and_variant() {
    assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

#[test]
fn a_token_is_good_until_fifteen_seconds_after_its_end() {
    for (exp, expected) in [
        (NOW + 9, None),
        (NOW - 14, None),
        (NOW - 15, Some(ClaimsRefusal::Expired)),
        (0, Some(ClaimsRefusal::Expired)),
    ] {
        assert_eq!(judged(json!({ "sub": "x", "exp": exp })).err(), expected, "{exp}");
    }
    for (nbf, expected) in [(NOW + 15, None), (NOW + 16, Some(ClaimsRefusal::NotYet))] {
        assert_eq!(judged(json!({ "sub": "x", "exp": NOW + 99, "nbf": nbf })).err(), expected, "{nbf}");
    }
}

#[test]
fn times_that_are_no_numbers_and_a_token_without_end_are_refused() {
    for claims in [
        json!({ "sub": "x" }),
        json!({ "sub": "x", "exp": null }),
        json!({ "sub": "x", "exp": "1000009" }),
        json!({ "sub": "x", "exp": NOW + 9, "nbf": "0" }),
        json!({ "sub": "x", "exp": NOW + 9, "iat": [] }),
    ] {
        assert_eq!(judged(claims.clone()).err(), Some(ClaimsRefusal::Time), "{claims}");
    }
    assert!(judged(json!({ "sub": "x", "exp": NOW as f64 + 9.5, "iat": 1.5 })).is_ok());
}

#[test]
fn cookies_of_a_sign_in_under_way_are_no_sessions() {
    for claims in [
        json!({ "value": "abc", "provider": "github", "exp": NOW + 9 }),
        json!({ "value": "abc", "exp": NOW + 9 }),
        json!({ "code_verifier": "abc", "exp": NOW + 9 }),
        json!({ "state": "abc", "exp": NOW + 9 }),
        json!({ "nonce": "abc", "exp": NOW + 9 }),
        json!({ "random": "abc", "origin": "x", "exp": NOW + 9 }),
        json!({ "value": "abc", "sub": "", "exp": NOW + 9 }),
    ] {
        assert_eq!(judged(claims.clone()).err(), Some(ClaimsRefusal::Purpose), "{claims}");
    }
}

#[test]
fn a_session_may_have_claims_called_like_those_of_a_sign_in() {
    assert!(judged(json!({ "sub": "user-1", "state": "Bavaria", "value": 3, "exp": NOW + 9 })).is_ok());
}

#[test]
fn a_token_from_before_may_say_elsewhere_whose_it_is() {
    let judged = |claims: &Value| {
        let claims = claims.as_object().unwrap().clone();
        judge_former_claims(claims, "/user/id", Timestamp::from_seconds(NOW)).err()
    };
    for (claims, expected) in [
        (json!({ "user": { "id": 7 }, "accessToken": "x", "exp": NOW + 9 }), None),
        (json!({ "sub": "user-1", "exp": NOW + 9 }), None),
        (json!({ "user": { "id": 7 }, "exp": NOW - 15 }), Some(ClaimsRefusal::Expired)),
        (json!({ "user": { "id": null }, "exp": NOW + 9 }), Some(ClaimsRefusal::Nobody)),
        (json!({ "user": { "id": { "a": 1 } }, "exp": NOW + 9 }), Some(ClaimsRefusal::Nobody)),
        (json!({ "value": "abc", "provider": "github", "exp": NOW + 9 }), Some(ClaimsRefusal::Purpose)),
    ] {
        assert_eq!(judged(&claims), expected, "{claims}");
    }
}

#[test]
fn a_token_names_somebody() {
    for claims in [json!({}), json!({ "name": "Ada" }), json!({ "sub": null }), json!({ "sid": ["h"] })] {
        let mut claims = claims;
        claims["exp"] = (NOW + 9).into();
        assert_eq!(judged(claims.clone()).err(), Some(ClaimsRefusal::Nobody), "{claims}");
    }
    let checked = judged(json!({ "sid": "h", "sub": 7, "exp": NOW + 9 })).unwrap();
    assert_eq!(
        (checked.session.as_deref(), checked.expires_at),
        (Some("h"), Timestamp::from_seconds(NOW + 9))
    );
    assert!(!format!("{checked:?}").contains("sub"));
}
