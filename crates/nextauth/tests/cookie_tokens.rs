//! Tokens of any content survive their envelope, and no text that is none opens or panics.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::time::Duration;

use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::next_auth::Dialect;
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_nextauth::cookie::{CookieCipher, Registered, TokenClaims, judge_claims};
use proptest::prelude::*;
use serde_json::{Map, Value};

const NOW: i64 = 1_795_457_866;

/// The same byte, whenever it is asked.
struct Always(u8);

impl Entropy for Always {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0);
        Ok(())
    }
}

/// A source of randomness that has failed.
struct Dry;

impl Entropy for Dry {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

fn cipher(dialect: Dialect, secret: &str) -> CookieCipher {
    CookieCipher::new(dialect, dialect.session_cookie(true), &[SecretText::new(secret)])
}

fn token_claims(claims: Map<String, Value>, byte: u8) -> TokenClaims {
    let registered = Registered {
        session: Some("handle-of-session"),
        issued_at: Timestamp::from_seconds(NOW),
        max_age: Duration::from_secs(60),
    };
    TokenClaims::new(claims, &registered, &Always(byte)).unwrap()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            members(inner).prop_map(Value::Object),
        ]
    })
}

fn members(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|map| map.into_iter().collect())
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::V4), Just(Dialect::V5)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_opens_as_it_was(claims in members(value()), dialect in dialect(), byte in any::<u8>()) {
        let claims = token_claims(claims, byte);
        let token = cipher(dialect, "secret").seal(&claims, &Always(byte)).unwrap();
        let opened = cipher(dialect, "secret").open(token.expose_secret()).unwrap();
        prop_assert_eq!(&opened, claims.as_map());
        let checked = judge_claims(opened, Timestamp::from_seconds(NOW)).unwrap();
        prop_assert_eq!(checked.session.as_deref(), Some("handle-of-session"));
        prop_assert!(cipher(dialect, "another").open(token.expose_secret()).is_err());
    }

    #[test]
    fn no_text_that_is_no_token_opens(
        text in prop_oneof![any::<String>(), "[A-Za-z0-9_.-]{0,200}", "eyJ[A-Za-z0-9_-]{0,40}([.][A-Za-z0-9_-]{0,40}){0,6}"],
        dialect in dialect(),
    ) {
        prop_assert!(cipher(dialect, "secret").open(&text).is_err());
    }

    #[test]
    fn claims_of_any_form_are_judged(claims in members(value()), exp in value(), nbf in value()) {
        let mut claims = claims;
        claims.insert("exp".to_owned(), exp);
        claims.insert("nbf".to_owned(), nbf);
        // Whatever comes out: it comes out.
        let _ = judge_claims(claims, Timestamp::from_seconds(NOW));
    }
}

#[test]
fn a_token_of_every_length_of_padding_opens() {
    for dialect in [Dialect::V4, Dialect::V5] {
        for length in 0..48 {
            let claims = Map::from_iter([("name".to_owned(), Value::String("x".repeat(length)))]);
            let claims = token_claims(claims, 7);
            let token = cipher(dialect, "secret").seal(&claims, &Always(7)).unwrap();
            assert_eq!(&cipher(dialect, "secret").open(token.expose_secret()).unwrap(), claims.as_map());
        }
    }
}

#[test]
fn without_randomness_nothing_is_sealed() {
    let claims = token_claims(Map::new(), 1);
    for dialect in [Dialect::V4, Dialect::V5] {
        let error = cipher(dialect, "secret").seal(&claims, &Dry).unwrap_err();
        assert_eq!(error.to_string(), EntropyError.to_string());
    }
}
