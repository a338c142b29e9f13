//! Key sets (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_oidc::key_set::{build_key_set_request, judge_key_set};
use crossgate_oidc::{KeyError, KeySetError, ProviderMetadata, SignatureAlgorithm};
use http::{Method, StatusCode};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::support::*;

fn rsa() -> Value {
    jwk("r", Algorithm::RS256, RSA)
}

/// How many of the keys can be used.
fn usable(keys: &[Value]) -> usize {
    judge_key_set(&answer(200, &json!({ "keys": keys }).to_string())).map_or(0, |keys| keys.len())
}

#[test]
fn the_set_is_asked_for_where_the_metadata_says() {
    let request = build_key_set_request(&metadata()).unwrap();
    assert_eq!((request.method, request.endpoint.as_str()), (Method::GET, "https://id.example/keys"));
    let without = ProviderMetadata { jwks_uri: None, ..metadata() };
    assert_eq!(build_key_set_request(&without).err(), Some(KeySetError::NoAddress));
}

#[test]
fn keys_of_every_kind_can_be_used() {
    for (algorithm, pem) in ALGORITHMS {
        let set = key_set(&[jwk("k", algorithm, pem)]);
        for (name, one) in SignatureAlgorithm::ALL {
            let expected = *name == format!("{algorithm:?}");
            assert_eq!(set.choose(Some("k"), *one).is_ok(), expected, "{algorithm:?} {name}");
        }
    }
}

#[test]
fn a_key_without_an_algorithm_is_good_for_those_of_its_type_only() {
    let without = patched(&rsa(), &json!({ "alg": null, "use": null }));
    let set = key_set(&[without]);
    for (name, one) in SignatureAlgorithm::ALL {
        let expected = name.starts_with("RS") || name.starts_with("PS");
        assert_eq!(set.choose(Some("r"), *one).is_ok(), expected, "{name}");
    }
    assert_eq!(set.choose(Some("x"), SignatureAlgorithm::Rs256).err(), Some(KeyError::Unknown));
}

#[test]
fn one_unusable_key_takes_no_other_down() {
    let elliptic = jwk("e", Algorithm::ES256, P256);
    let short = elliptic["x"].as_str().unwrap()[..40].to_owned();
    for (what, key) in [
        ("no object", json!("key")),
        ("null", json!(null)),
        ("nothing in it", json!({})),
        ("an unknown type", json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" })),
        ("a secret", json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "s" })),
        ("a secret that says that it is for RS256", json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "RS256" })),
        ("for encryption", patched(&rsa(), &json!({ "use": "enc" }))),
        ("for another use", patched(&rsa(), &json!({ "use": "other" }))),
        ("for wrapping keys", patched(&rsa(), &json!({ "use": null, "key_ops": ["wrapKey"] }))),
        ("an encryption algorithm", patched(&rsa(), &json!({ "alg": "RSA-OAEP" }))),
        ("a MAC", patched(&rsa(), &json!({ "alg": "HS256" }))),
        ("an algorithm that is no text", patched(&rsa(), &json!({ "alg": 5 }))),
        ("a name that is no text", patched(&rsa(), &json!({ "kid": 5 }))),
        ("no modulus", patched(&rsa(), &json!({ "n": null }))),
        ("a modulus that is no base64url", patched(&rsa(), &json!({ "n": "a+b/" }))),
        ("1024 bits with zeros before", with_modulus(&[[0; 128], [0xFF; 128]].concat())),
        ("another curve", patched(&elliptic, &json!({ "crv": "secp256k1" }))),
        ("a curve that we do not use", patched(&elliptic, &json!({ "crv": "P-521" }))),
        ("a point of another curve", patched(&elliptic, &json!({ "crv": "P-384" }))),
        ("half a point", patched(&elliptic, &json!({ "x": short }))),
        ("X25519", json!({ "kty": "OKP", "crv": "X25519", "x": "A".repeat(43) })),
        ("Ed25519 of another length", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" })),
    ] {
        assert_eq!(usable(std::slice::from_ref(&key)), 0, "{what}");
        assert_eq!(usable(&[key, rsa()]), 1, "{what}");
    }
}

/// An RSA key whose modulus is these bytes.
fn with_modulus(bytes: &[u8]) -> Value {
    patched(&rsa(), &json!({ "n": URL_SAFE_NO_PAD.encode(bytes) }))
}

#[test]
fn rsa_keys_are_long_enough_and_not_endless() {
    let modulus = |first: u8, length: usize| [&[first][..], &vec![0xFF; length - 1]].concat();
    for (first, length, expected) in [
        (0x80, 128, 0),  // 1024 bits
        (0x7F, 256, 0),  // 2047 bits
        (0x80, 256, 1),  // 2048 bits
        (0x80, 1024, 1), // 8192 bits
        (0x01, 1025, 0), // 8193 bits
        (0x00, 257, 1),  // 2048 bits after a zero
        (0x00, 256, 0),  // 2040 bits after a zero
    ] {
        assert_eq!(usable(&[with_modulus(&modulus(first, length))]), expected, "{first:x} {length}");
    }
    assert_eq!(usable(&[with_modulus(&[0; 256])]), 0);
}

#[test]
fn operations_that_include_verifying_are_fine() {
    assert_eq!(usable(&[patched(&rsa(), &json!({ "use": null, "key_ops": ["verify"] }))]), 1);
}

#[test]
fn what_is_no_key_set_is_refused_as_a_whole() {
    let many = json!({ "keys": vec![rsa(); 101] }).to_string();
    let large = json!({ "keys": [rsa()], "x": "x".repeat(256 * 1024) }).to_string();
    let only_secret = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#;
    let failed = |status| KeySetError::ProviderFailed(StatusCode::from_u16(status).unwrap());
    for (status, body, expected) in [
        (200, &*many, KeySetError::TooLarge),
        (200, &*large, KeySetError::TooLarge),
        (200, r#"{"keys":[]}"#, KeySetError::NoUsableKey),
        (200, only_secret, KeySetError::NoUsableKey),
        (200, r#"{"keys":{}}"#, KeySetError::NoKeys),
        (200, "{}", KeySetError::NoKeys),
        (503, r#"{"keys":[]}"#, failed(503)),
        (302, "", failed(302)),
    ] {
        assert_eq!(judge_key_set(&answer(status, body)).err(), Some(expected), "{status}");
    }
    for body in ["", "<html>", "[]", r#"{"keys":[],"keys":[]}"#] {
        let found = judge_key_set(&answer(200, body)).err();
        assert!(matches!(found, Some(KeySetError::NotJson(_))), "{body}");
    }
    assert_eq!(usable(&vec![rsa(); 100]), 100);
}
