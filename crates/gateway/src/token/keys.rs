//! A signing key: how it is made, and how it comes out of the store.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::seal::{SealError, Sealer};
use crossgate_core::time::Timestamp;
use crossgate_store::{StoreError, StoredKey};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The algorithm of our own keys (RFC 7518 §3.4).
pub(super) const ALGORITHM: &str = "ES256";

/// Attempts at a private key; a random 256-bit value is outside the group order once in 2^32.
const ATTEMPTS: usize = 4;

/// An ES256 key, ready to sign and to verify, with its public half as a JWK (RFC 7517).
pub(crate) struct SigningKey {
    pub(crate) id: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    pub(crate) public: Value,
}

/// Why there is no usable signing key. For the operator.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No configured secret opens the stored key.
    #[error("the signing key in the store does not open; is `secret` the one it was made with? ({0})")]
    Seal(#[from] SealError),
    /// There are keys, and none that could be used.
    #[error("no signing key in the store can be used; is `secret` the one that they were made with?")]
    NoneUsable,
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The stored key is not a P-256 private key.
    #[error("the signing key in the store is not a P-256 private key")]
    Form,
}

/// A new key, sealed for the store.
pub(super) fn make(sealer: &Sealer, entropy: &dyn Entropy, made: Timestamp) -> Result<StoredKey, KeyFault> {
    for _ in 0..ATTEMPTS {
        let scalar: [u8; 32] = random_bytes(entropy)?;
        if let Ok(key) = SigningKey::from_scalar(&scalar) {
            let sealed = sealer.seal(&scalar, key.id.as_bytes(), entropy)?;
            return Ok(StoredKey { id: key.id, algorithm: ALGORITHM.to_owned(), created_at: made, sealed });
        }
    }
    Err(KeyFault::Entropy(EntropyError))
}

/// DER of a P-256 private key around its 32-byte scalar and 65-byte public point (RFC 5208, RFC 5915).
const PKCS8_HEAD: &[u8] = &[
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01,
    0x04, 0x20,
];
const PKCS8_MIDDLE: &[u8] = &[0xa1, 0x44, 0x03, 0x42, 0x00];

impl SigningKey {
    /// The key with this private scalar.
    pub(super) fn from_scalar(scalar: &[u8]) -> Result<Self, KeyFault> {
        let private = PrivateKey::from_private_key(&ECDH_P256, scalar).map_err(|_| KeyFault::Form)?;
        let public = private.compute_public_key().map_err(|_| KeyFault::Form)?;
        let point = public.as_ref();
        let (x, y) = match point.split_first() {
            Some((4, coordinates)) => coordinates.split_at_checked(32).ok_or(KeyFault::Form)?,
            _ => return Err(KeyFault::Form),
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let id = thumbprint(&x, &y);
        let decoding = DecodingKey::from_ec_components(&x, &y).map_err(|_| KeyFault::Form)?;
        let encoding = EncodingKey::from_ec_der(&[PKCS8_HEAD, scalar, PKCS8_MIDDLE, point].concat());
        let public =
            json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": id, "alg": ALGORITHM, "use": "sig" });
        Ok(Self { id, encoding, decoding, public })
    }
}

/// RFC 7638: the members that a public key needs, in alphabetical order.
fn thumbprint(x: &str, y: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 appendix A.3: a key whose public half is known.
    #[test]
    fn the_public_half_belongs_to_the_private_one() {
        let scalar = URL_SAFE_NO_PAD.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").unwrap();
        let key = SigningKey::from_scalar(&scalar).unwrap();
        assert_eq!(key.public["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(key.public["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        let signed = jsonwebtoken::encode(
            &jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256),
            &json!({ "sub": "1" }),
            &key.encoding,
        );
        assert!(signed.is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bytes in [vec![], vec![0; 32], vec![0xff; 32], vec![1; 31]] {
            assert!(matches!(SigningKey::from_scalar(&bytes), Err(KeyFault::Form)));
        }
    }
}
