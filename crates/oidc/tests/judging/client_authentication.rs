//! How we prove who we are.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::provider::{ClientAuthentication, ClientKey, ClientKeyAlgorithm, ClientSettings};
use crossgate_core::secret::SecretText;
use crossgate_oidc::client_authentication::prove;
use crossgate_oidc::{Proof, ProofError};
use http::HeaderMap;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};

use crate::support::*;

type Form = Vec<(String, String)>;

fn proven(id: &str, authentication: ClientAuthentication) -> Result<(Form, HeaderMap), ProofError> {
    let client = ClientSettings { id: id.into(), authentication };
    let (mut form, mut headers) = (Vec::new(), HeaderMap::new());
    prove(&client, "https://id.example/token", &PROOF, &mut form, &mut headers)?;
    Ok((form, headers))
}

fn key(algorithm: ClientKeyAlgorithm, pem: &str) -> ClientKey {
    ClientKey { pem: SecretText::new(pem), algorithm, id: Some("key-1".into()) }
}

/// Header and claims of a token, if its signature is right.
fn opened(token: &str, algorithm: Algorithm, pem: &str) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let jwk = Jwk::from_encoding_key(&encoding_key(algorithm, pem), algorithm).unwrap();
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    assert!(jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, algorithm).unwrap());
    let json = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    (json(header), json(claims))
}

#[test]
fn a_public_client_only_says_its_name() {
    let (form, headers) = proven(CLIENT, ClientAuthentication::None).unwrap();
    assert_eq!(form, pairs(&[("client_id", CLIENT)]));
    assert!(headers.is_empty());
}

#[test]
fn a_posted_secret_stands_in_the_form() {
    let (form, headers) = proven(CLIENT, ClientAuthentication::Post(SecretText::new("s&=%"))).unwrap();
    assert_eq!(form, pairs(&[("client_id", CLIENT), ("client_secret", "s&=%")]));
    assert!(headers.is_empty());
}

#[test]
fn a_basic_secret_is_form_encoded_first() {
    for (id, secret, expected) in
        [("client-1", "secret", "client-1:secret"), ("a:b", "c d+e/f%ü", "a%3Ab:c+d%2Be%2Ff%25%C3%BC")]
    {
        let (form, headers) = proven(id, ClientAuthentication::Basic(SecretText::new(secret))).unwrap();
        let value = headers["authorization"].clone();
        assert!(form.is_empty() && value.is_sensitive());
        let encoded = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap(), expected.as_bytes());
    }
}

#[test]
fn an_assertion_is_signed_with_each_kind_of_key() {
    for (kind, algorithm, pem) in [
        (ClientKeyAlgorithm::Es256, Algorithm::ES256, P256),
        (ClientKeyAlgorithm::Rs256, Algorithm::RS256, RSA),
        (ClientKeyAlgorithm::Ps256, Algorithm::PS256, RSA),
        (ClientKeyAlgorithm::EdDsa, Algorithm::EdDSA, ED25519),
    ] {
        let (form, headers) = proven(CLIENT, ClientAuthentication::PrivateKeyJwt(key(kind, pem))).unwrap();
        let assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(form[..2], pairs(&[("client_id", CLIENT), ("client_assertion_type", assertion_type)]));
        assert!(headers.is_empty() && form[2].0 == "client_assertion");
        let (header, claims) = opened(&form[2].1, algorithm, pem);
        assert_eq!(header, json!({ "typ": "JWT", "alg": algorithm, "kid": "key-1" }));
        let jti = URL_SAFE_NO_PAD.encode([7; 16]);
        let expected = json!({
            "iss": CLIENT, "sub": CLIENT, "aud": "https://id.example/token",
            "jti": jti, "iat": NOW, "exp": NOW + 60,
        });
        assert_eq!(claims, expected);
    }
}

#[test]
fn a_signed_secret_is_what_apple_wants() {
    let signed = ClientAuthentication::SignedSecret {
        key: key(ClientKeyAlgorithm::Es256, P256),
        team: "TEAM123456".into(),
        audience: "https://appleid.apple.com".into(),
    };
    let (form, _) = proven("com.example.shop", signed).unwrap();
    assert_eq!((&*form[0].1, &*form[1].0), ("com.example.shop", "client_secret"));
    let (header, claims) = opened(&form[1].1, Algorithm::ES256, P256);
    assert_eq!((&header["kid"], &header["alg"]), (&json!("key-1"), &json!("ES256")));
    let expected = json!({
        "iss": "TEAM123456", "sub": "com.example.shop", "aud": "https://appleid.apple.com",
        "iat": NOW, "exp": NOW + 300,
    });
    assert_eq!(claims, expected);
}

#[test]
fn a_key_that_does_not_fit_is_refused_and_not_shown() {
    for (kind, pem) in [
        (ClientKeyAlgorithm::Es256, "no key"),
        (ClientKeyAlgorithm::Es256, P384),
        (ClientKeyAlgorithm::Es256, RSA),
        (ClientKeyAlgorithm::Rs256, P256),
        (ClientKeyAlgorithm::EdDsa, P256),
        (ClientKeyAlgorithm::Rs256, RSA_PUBLIC),
    ] {
        let error = proven(CLIENT, ClientAuthentication::PrivateKeyJwt(key(kind, pem))).unwrap_err();
        assert_eq!(error, ProofError::Key, "{kind:?}");
        assert_eq!(error.to_string(), "the client's private key is not a key for its algorithm");
    }
}

#[test]
fn without_chance_there_is_no_assertion() {
    struct Broken;
    impl Entropy for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
    let authentication = ClientAuthentication::PrivateKeyJwt(key(ClientKeyAlgorithm::Es256, P256));
    let client = ClientSettings { id: CLIENT.into(), authentication };
    let proof = Proof { now: now(), entropy: &Broken };
    let found = prove(&client, "a", &proof, &mut Vec::new(), &mut HeaderMap::new());
    assert_eq!(found, Err(ProofError::Entropy(EntropyError)));
}
