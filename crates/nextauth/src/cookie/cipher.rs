//! Seals and opens the tokens of one session cookie.

use std::fmt;

use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::next_auth::Dialect;
use crossgate_core::secret::{SecretText, secret_json};
use serde_json::{Map, Value};

use super::claims::TokenClaims;
use super::encryption::Encryption;
use super::envelope::{Envelope, compact, header_text, parse};
use super::keys::CookieKey;

/// A token could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The claims are no JSON.
    #[error("the claims cannot be written as JSON")]
    Claims(#[from] serde_json::Error),
    /// There is no secret, or the cryptographic library refused.
    #[error("the session token cannot be encrypted")]
    Primitive,
}

/// Why a token does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It does not have the form of a token.
    #[error("it does not have the form of an encrypted token")]
    Form,
    /// Another algorithm than those of this generation.
    #[error("it uses an algorithm that this generation of next-auth does not")]
    Algorithm,
    /// No secret opens it: sealed under another one, for another cookie, or changed on its way.
    #[error("no secret opens it")]
    DoesNotOpen,
    /// What was sealed is no JSON object.
    #[error("its content is no object")]
    Content,
}

/// The keys of one session cookie, of all its secrets. The first seals.
pub struct CookieCipher {
    dialect: Dialect,
    secrets: Vec<SecretKeys>,
}

/// The keys that follow from one secret.
struct SecretKeys {
    gcm: CookieKey,
    /// What v5 seals with.
    cbc: Option<CookieKey>,
}

impl SecretKeys {
    fn of(&self, encryption: Encryption) -> Option<&CookieKey> {
        match encryption {
            Encryption::A256Gcm => Some(&self.gcm),
            Encryption::A256CbcHs512 => self.cbc.as_ref(),
        }
    }
}

impl CookieCipher {
    /// Derives the keys. With v5 they are those of this cookie name and no other.
    #[must_use]
    pub fn new(dialect: Dialect, cookie_name: &str, secrets: &[SecretText]) -> Self {
        let key = |encryption, secret| CookieKey::derive(dialect, encryption, cookie_name, secret);
        let keys = |secret| SecretKeys {
            gcm: key(Encryption::A256Gcm, secret),
            cbc: (dialect == Dialect::V5).then(|| key(Encryption::A256CbcHs512, secret)),
        };
        Self { dialect, secrets: secrets.iter().map(keys).collect() }
    }

    /// Seals a token under the first secret.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn seal(&self, claims: &TokenClaims, entropy: &dyn Entropy) -> Result<SecretText, SealError> {
        let encryption = match self.dialect {
            Dialect::V4 => Encryption::A256Gcm,
            Dialect::V5 => Encryption::A256CbcHs512,
        };
        let key = self.secrets.first().and_then(|keys| keys.of(encryption)).ok_or(SealError::Primitive)?;
        let header = match self.dialect {
            Dialect::V4 => header_text(encryption, None),
            Dialect::V5 => header_text(encryption, Some(&key.id)),
        };
        let plain = secret_json(claims.as_map())?;
        let encrypted = encryption.encrypt(&key.bytes, &header, &plain, entropy)?;
        Ok(SecretText::new(compact(&header, &encrypted)))
    }

    /// Opens a token that was sealed for this cookie. What it says is not judged yet: see
    /// [`judge_claims`](super::judge_claims).
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self, token: &str) -> Result<Map<String, Value>, OpenError> {
        let envelope = parse(token)?;
        if self.dialect == Dialect::V4
            && (envelope.encryption != Encryption::A256Gcm || envelope.key_id.is_some())
        {
            return Err(OpenError::Algorithm);
        }
        let mut keys = self.candidates(&envelope);
        let decrypt = |key: &CookieKey| {
            envelope.encryption.decrypt(&key.bytes, envelope.header_text, &envelope.encrypted)
        };
        let plain = keys.find_map(|key| decrypt(key).ok()).ok_or(OpenError::DoesNotOpen)?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Content)
    }

    /// v4 has one secret and names no keys, so all of ours are tried. With v5 the key that is named, or without a name
    /// the first (contract §6.2).
    fn candidates<'a>(&'a self, envelope: &'a Envelope<'_>) -> impl Iterator<Item = &'a CookieKey> {
        let keys = self.secrets.iter().filter_map(|keys| keys.of(envelope.encryption));
        let all = match (self.dialect, &envelope.key_id) {
            (Dialect::V5, None) => 1,
            _ => usize::MAX,
        };
        keys.take(all).filter(|key| envelope.key_id.as_ref().is_none_or(|id| *id == key.id))
    }
}

impl fmt::Debug for CookieCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CookieCipher").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "cipher_tests.rs"]
mod tests;
