//! Authenticated encryption for what the store keeps: XChaCha20-Poly1305 under a key derived for one purpose.
//!
//! Form: one version byte, 24 bytes of nonce, ciphertext with its 16-byte tag. The associated data binds the
//! text to its row, so that a sealed value copied to another row does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::entropy::{Entropy, EntropyError, random_bytes};
use crate::keys::DerivedKeys;
use crate::secret::SecretKey;

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Why a sealed value could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short, or of a version this program does not know.
    #[error("the sealed value has an unknown form")]
    UnknownForm,
    /// No configured secret opens it: changed, moved to another row, or sealed under a removed secret.
    #[error("no configured secret opens the sealed value")]
    DoesNotOpen,
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Seals and opens values of one purpose.
#[derive(Debug, Clone)]
pub struct Sealer {
    keys: DerivedKeys,
}

impl Sealer {
    /// A sealer under the keys of one purpose.
    #[must_use]
    pub const fn new(keys: DerivedKeys) -> Self {
        Self { keys }
    }

    /// Seals `plain`, bound to `associated` data.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn seal(&self, plain: &[u8], associated: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LENGTH] = random_bytes(entropy)?;
        let sealed = cipher(self.keys.newest())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: associated })
            .map_err(|_| SealError::UnknownForm)?;
        let mut form = Vec::with_capacity(1 + NONCE_LENGTH + sealed.len());
        form.push(VERSION);
        form.extend_from_slice(&nonce);
        form.extend_from_slice(&sealed);
        Ok(form)
    }

    /// Opens what [`seal`](Self::seal) made, under any accepted secret.
    ///
    /// # Errors
    /// When the form is unknown or no secret opens it.
    pub fn open(&self, form: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, rest) = form.split_first().ok_or(SealError::UnknownForm)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError::UnknownForm)?;
        if *version != VERSION {
            return Err(SealError::UnknownForm);
        }
        self.keys
            .accepted()
            .find_map(|key| {
                cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: associated }).ok()
            })
            .ok_or(SealError::DoesNotOpen)
    }
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_secret().into())
}
