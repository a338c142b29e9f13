//! The key that tokens are signed with. It is made anew with every start, and kept nowhere.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use crossgate_core::entropy::{Entropy, EntropyError};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Map, Value, json};

use super::grants::random_text;

/// A key could not be made, or did not sign.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    /// The library made none.
    #[error("no key could be made")]
    Make,
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// It does not sign, or cannot be published.
    #[error("the key cannot be used: {0}")]
    Use(#[from] jsonwebtoken::errors::Error),
}

/// An ES256 key.
pub(super) struct Keys {
    private: EncodingKey,
    public: Jwk,
    id: String,
}

impl Keys {
    pub(super) fn new(entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| KeyError::Make)?;
        let private = EncodingKey::from_ec_der(document.as_ref());
        let id = random_text(entropy)?;
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { private, public, id })
    }

    /// RFC 7517.
    pub(super) fn key_set(&self) -> Value {
        json!({ "keys": [self.public] })
    }

    /// A JWT of this type.
    pub(super) fn sign(&self, media_type: &str, claims: &Map<String, Value>) -> Result<String, KeyError> {
        let header = Header {
            typ: Some(media_type.to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        Ok(encode(&header, claims, &self.private)?)
    }

    /// The claims of a JWT of this type that this key signed. Its times are left to whoever asks.
    pub(super) fn verify(&self, media_type: &str, token: &str) -> Option<Map<String, Value>> {
        let mut rules = Validation::new(Algorithm::ES256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let key = DecodingKey::from_jwk(&self.public).ok()?;
        let judged = decode::<Map<String, Value>>(token, &key, &rules).ok()?;
        (judged.header.typ.as_deref() == Some(media_type)).then_some(judged.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    #[test]
    fn only_what_this_key_signed_as_that_type_is_believed() {
        let (keys, others) = (Keys::new(&SystemEntropy).unwrap(), Keys::new(&SystemEntropy).unwrap());
        let claims = Map::from_iter([("sub".to_owned(), json!("1"))]);
        let token = keys.sign("at+jwt", &claims).unwrap();
        assert_eq!(keys.verify("at+jwt", &token), Some(claims));
        assert_eq!(keys.verify("JWT", &token), None);
        assert_eq!(others.verify("at+jwt", &token), None);
        assert_ne!(keys.key_set(), others.key_set());
        assert!(keys.key_set()["keys"][0].get("d").is_none(), "nothing private is published");
    }
}
