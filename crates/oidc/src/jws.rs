//! Signed tokens in the compact form (RFC 7515 §7.1): what ID tokens and logout tokens have in common.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

use crate::json::{JsonError, JsonObject, WrongType};
use crate::key_set::{KeyError, KeySet};

/// Algorithms that we accept (RFC 7518 §3.1, RFC 8037 §3.1): a closed list, all with public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl SignatureAlgorithm {
    /// Every algorithm and its name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("EdDSA", Self::EdDsa),
    ];

    /// By its name in a header; `None` for any that we do not accept.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    pub(crate) const fn for_library(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Rs384 => Algorithm::RS384,
            Self::Rs512 => Algorithm::RS512,
            Self::Ps256 => Algorithm::PS256,
            Self::Ps384 => Algorithm::PS384,
            Self::Ps512 => Algorithm::PS512,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

/// Why a text is no token that the provider signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts in base64url. Five parts would be an encrypted token; we never ask for one.
    #[error("not a signed token in the compact form")]
    NotCompact,
    /// The header is not what RFC 7515 §4 wants.
    #[error("the token's header cannot be read")]
    Header,
    /// The header demands something that we do not know (RFC 7515 §4.1.11).
    #[error("the token's header has critical parameters")]
    CriticalHeader,
    /// `alg` is `none`.
    #[error("the token is not signed")]
    Unsigned,
    /// HS256 and its like: whoever can check such a token can make one.
    #[error("the token is signed with a shared secret; only algorithms with public keys are accepted")]
    SharedSecretAlgorithm,
    /// Any other algorithm.
    #[error("the token is signed with an algorithm that is not accepted")]
    UnsupportedAlgorithm,
    /// The header's `typ` says that it is another kind of token (RFC 8725 §3.11).
    #[error("the token says that it is of another kind")]
    WrongType,
    /// There is no one key to check it with.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signature was not made with the provider's key.
    #[error("the token's signature is wrong")]
    Signature,
    /// The claims are no JSON object.
    #[error("the token's claims cannot be read: {0}")]
    Claims(#[from] JsonError),
}

/// A token in its parts; nothing of it has been verified but its form.
pub(crate) struct JwsParts<'a> {
    pub(crate) algorithm: SignatureAlgorithm,
    /// `typ` in lower case and without `application/` (RFC 7515 §4.1.9).
    pub(crate) media_type: Option<String>,
    key_id: Option<String>,
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> JwsParts<'a> {
    /// Takes a token apart. `jwk`, `jku`, `x5c` and `x5u` in the header are never looked at: the token does not say
    /// which key it is to be checked with.
    pub(crate) fn parse(text: &'a str) -> Result<Self, JwsError> {
        let (signed, signature) = text.rsplit_once('.').ok_or(JwsError::NotCompact)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::NotCompact)?;
        if payload.contains('.') {
            return Err(JwsError::NotCompact);
        }
        let header = JsonObject::parse(&decode(header)?).map_err(|_| JwsError::Header)?;
        if header.get("crit").is_some() {
            return Err(JwsError::CriticalHeader);
        }
        let media_type = header.text("typ")?.map(media_type);
        let key_id = header.text("kid")?.map(str::to_owned);
        Ok(Self { algorithm: algorithm(&header)?, media_type, key_id, signed, payload, signature })
    }

    /// The claims, if the signature was made with a key of the set.
    pub(crate) fn verify(&self, keys: &KeySet) -> Result<JsonObject, JwsError> {
        let key = keys.choose(self.key_id.as_deref(), self.algorithm)?;
        if !key.verifies(self.signed, self.signature, self.algorithm) {
            return Err(JwsError::Signature);
        }
        Ok(JsonObject::parse(&decode(self.payload)?)?)
    }
}

impl From<WrongType> for JwsError {
    fn from(_: WrongType) -> Self {
        Self::Header
    }
}

fn decode(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::NotCompact)
}

fn media_type(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    lower.strip_prefix("application/").map(str::to_owned).unwrap_or(lower)
}

fn algorithm(header: &JsonObject) -> Result<SignatureAlgorithm, JwsError> {
    let name = header.text("alg")?.ok_or(JwsError::Header)?;
    SignatureAlgorithm::parse(name).ok_or(match name {
        _ if name.eq_ignore_ascii_case("none") => JwsError::Unsigned,
        "HS256" | "HS384" | "HS512" => JwsError::SharedSecretAlgorithm,
        _ => JwsError::UnsupportedAlgorithm,
    })
}
