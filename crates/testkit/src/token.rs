//! Tokens, verified as a careful API would.

use crossgate_core::time::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

/// A token whose signature is good.
#[derive(Debug, Clone)]
pub struct Token {
    /// `typ` of its header.
    pub media_type: String,
    /// `kid` of its header.
    pub key_id: Option<String>,
    /// Its claims.
    pub claims: Value,
}

impl Token {
    /// When it ends.
    ///
    /// # Panics
    /// When it does not say.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.claims["exp"].as_i64().expect("an exp"))
    }
}

/// Verified with the key that the key set names: ES256 and nothing else.
///
/// # Panics
/// When the signature is not good or the key is not in the set.
#[must_use]
pub fn verified_by_key_set(token: &str, key_set: &Value) -> Token {
    let keys: JwkSet = serde_json::from_value(key_set.clone()).expect("a key set");
    let key_id = decode_header(token).expect("a token").kid.expect("a kid");
    let key = keys.find(&key_id).expect("the key set has the key");
    verified(token, &DecodingKey::from_jwk(key).unwrap(), Algorithm::ES256)
}

/// Verified with the API's own secret: HS256 and nothing else.
///
/// # Panics
/// When the signature is not good.
#[must_use]
pub fn verified_by_secret(token: &str, secret: &str) -> Token {
    verified(token, &DecodingKey::from_secret(secret.as_bytes()), Algorithm::HS256)
}

fn verified(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Token {
    let mut rules = Validation::new(algorithm);
    // The story's clock is not the real one: its teller compares times, and looks at the audience.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let decoded = decode::<Map<String, Value>>(token, key, &rules).expect("a good signature");
    Token {
        media_type: decoded.header.typ.unwrap_or_default(),
        key_id: decoded.header.kid,
        claims: Value::Object(decoded.claims),
    }
}
