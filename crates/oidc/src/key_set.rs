//! A provider's public keys (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use serde_json::Value;

use crate::json::{JsonError, JsonObject};
pub use crate::jws::SignatureAlgorithm;
use crate::metadata::ProviderMetadata;
use crate::request::{ProviderAnswer, ProviderRequest};

/// Largest accepted set, in bytes and in keys. Real ones have a handful.
const LARGEST_SET: usize = 256 * 1024;
const MOST_KEYS: usize = 100;
/// RFC 7518 §3.3: 2048 bits or more. The upper end is that of the library.
const SHORTEST_MODULUS_BITS: usize = 2048;
const LONGEST_MODULUS_BITS: usize = 8192;

/// The keys of a provider with which we can verify signatures.
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
}

/// A public key of a provider.
#[derive(Debug, Clone)]
pub struct VerificationKey {
    id: Option<String>,
    /// The only algorithm that it is for, where the set says so.
    algorithm: Option<SignatureAlgorithm>,
    kind: KeyKind,
    key: DecodingKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyKind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// Why a provider's answer is no key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The provider's metadata has no `jwks_uri`.
    #[error("the provider names no address of its key set")]
    NoAddress,
    /// Another status than 200.
    #[error("the key set's address answered with status {0}")]
    ProviderFailed(StatusCode),
    /// Too many bytes or keys.
    #[error("the key set is larger than 256 KiB or has more than 100 keys")]
    TooLarge,
    /// No JSON.
    #[error("the key set cannot be read: {0}")]
    NotJson(#[from] JsonError),
    /// There is no array `keys` (RFC 7517 §5.1).
    #[error("the key set has no array of keys")]
    NoKeys,
    /// There are keys, and none is a public signature key of a kind that we accept.
    #[error("the key set has no key that can verify a signature")]
    NoUsableKey,
}

/// Why there is no one key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The key is not in the set. A newer set may have it.
    #[error("the token's key is not in the provider's key set")]
    Unknown,
    /// The key is there, and it is not one for the token's algorithm.
    #[error("the token's key does not fit its algorithm")]
    WrongAlgorithm,
    /// The token names no key, and more than one would fit.
    #[error("the token names no key, and several fit its algorithm")]
    Unnamed,
    /// The token names a key, and several have that name.
    #[error("several keys that fit the token's algorithm have the name that it gives")]
    Ambiguous,
}

/// Asks for a provider's keys.
///
/// # Errors
/// When the provider names no address.
pub fn build_key_set_request(metadata: &ProviderMetadata) -> Result<ProviderRequest, KeySetError> {
    let endpoint = metadata.jwks_uri.clone().ok_or(KeySetError::NoAddress)?;
    Ok(ProviderRequest::get(endpoint))
}

/// Reads a provider's keys. A key that cannot be read, or that is for something else, is left out by itself
/// (RFC 7517 §5): one broken key must not take the others down.
///
/// # Errors
/// See [`KeySetError`].
pub fn judge_key_set(answer: &ProviderAnswer) -> Result<KeySet, KeySetError> {
    if answer.status != StatusCode::OK {
        return Err(KeySetError::ProviderFailed(answer.status));
    }
    if answer.body.len() > LARGEST_SET {
        return Err(KeySetError::TooLarge);
    }
    let set = JsonObject::parse(&answer.body)?;
    let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::NoKeys)?;
    if keys.len() > MOST_KEYS {
        return Err(KeySetError::TooLarge);
    }
    let keys: Vec<_> = keys.iter().filter_map(VerificationKey::read).collect();
    if keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(KeySet { keys }) }
}

impl KeySet {
    /// The key for a token: the one of that name, or the only one that fits where the token names none
    /// (OIDC Core §10.1). Keys of one name that are for different algorithms are not confused (RFC 7517 §4.5).
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn choose(
        &self,
        id: Option<&str>,
        algorithm: SignatureAlgorithm,
    ) -> Result<&VerificationKey, KeyError> {
        let named: Vec<_> = self.keys.iter().filter(|key| id.is_none() || key.id.as_deref() == id).collect();
        let fitting: Vec<_> = named.iter().copied().filter(|key| key.fits(algorithm)).collect();
        match (fitting.as_slice(), id) {
            ([key], _) => Ok(key),
            ([], Some(_)) if !named.is_empty() => Err(KeyError::WrongAlgorithm),
            ([], _) => Err(KeyError::Unknown),
            (_, None) => Err(KeyError::Unnamed),
            (_, Some(_)) => Err(KeyError::Ambiguous),
        }
    }

    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Never: a set without keys is not accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl VerificationKey {
    fn read(value: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        if !is_for_signatures(&jwk) {
            return None;
        }
        // Where the set names an algorithm that we do not accept, the key is not for us.
        let algorithm = match value.get("alg").filter(|name| !name.is_null()) {
            Some(name) => Some(SignatureAlgorithm::parse(name.as_str()?)?),
            None => None,
        };
        let kind = kind_of(&jwk.algorithm)?;
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, kind, key })
    }

    fn fits(&self, algorithm: SignatureAlgorithm) -> bool {
        self.kind == kind_for(algorithm) && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// Whether the signature is right. The algorithm is the one that [`KeySet::choose`] was asked for.
    pub(crate) fn verifies(&self, signed: &str, signature: &str, algorithm: SignatureAlgorithm) -> bool {
        let algorithm = algorithm.for_library();
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &self.key, algorithm).unwrap_or(false)
    }
}

/// RFC 7517 §4.2, §4.3: `use` and `key_ops`, where they are there, allow it.
fn is_for_signatures(jwk: &Jwk) -> bool {
    let usage = jwk.common.public_key_use.as_ref();
    let operations = jwk.common.key_operations.as_ref();
    usage.is_none_or(|usage| *usage == PublicKeyUse::Signature)
        && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// The key type decides which algorithms are possible, so a public key never becomes the secret of an HMAC.
const fn kind_for(algorithm: SignatureAlgorithm) -> KeyKind {
    use SignatureAlgorithm as A;
    match algorithm {
        A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512 => KeyKind::Rsa,
        A::Es256 => KeyKind::P256,
        A::Es384 => KeyKind::P384,
        A::EdDsa => KeyKind::Ed25519,
    }
}

/// The kind of a key whose numbers have the right length; symmetric keys (`oct`) and other curves have none.
fn kind_of(parameters: &AlgorithmParameters) -> Option<KeyKind> {
    let has_length = |text: &str, length| decode(text).is_some_and(|bytes| bytes.len() == length);
    match parameters {
        AlgorithmParameters::RSA(rsa) => is_strong_modulus(&decode(&rsa.n)?).then_some(KeyKind::Rsa),
        AlgorithmParameters::EllipticCurve(point) => {
            let (kind, length) = match point.curve {
                EllipticCurve::P256 => (KeyKind::P256, 32),
                EllipticCurve::P384 => (KeyKind::P384, 48),
                _ => return None,
            };
            (has_length(&point.x, length) && has_length(&point.y, length)).then_some(kind)
        }
        AlgorithmParameters::OctetKeyPair(pair) => {
            (pair.curve == EllipticCurve::Ed25519 && has_length(&pair.x, 32)).then_some(KeyKind::Ed25519)
        }
        _ => None,
    }
}

fn is_strong_modulus(modulus: &[u8]) -> bool {
    let mut significant = modulus.iter().skip_while(|byte| **byte == 0);
    let highest = significant.next().map_or(0, |byte| byte.ilog2() as usize + 1);
    (SHORTEST_MODULUS_BITS..=LONGEST_MODULUS_BITS).contains(&(highest + 8 * significant.count()))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
