//! Authenticated encryption for what the store keeps: XChaCha20-Poly1305 under a key derived for one purpose.
//!
//! Form: one version byte, 24 bytes of nonce, ciphertext with its 16-byte tag. The associated data binds the
//! text to its row, so that a sealed value copied to another row does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use zeroize::Zeroizing;

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

/// What was sealed, and how old the secret is that it was sealed under.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The value.
    pub plain: Zeroizing<Vec<u8>>,
    /// Whether it was sealed under the first secret of the list.
    pub by_first_secret: bool,
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
        self.open_and_tell(form, associated).map(|mut opened| std::mem::take(&mut *opened.plain))
    }

    /// As [`open`](Self::open), and tells whether the first secret opened it. What an older one opened is to be sealed
    /// again, so that the older one can be removed.
    ///
    /// # Errors
    /// When the form is unknown or no secret opens it.
    pub fn open_and_tell(&self, form: &[u8], associated: &[u8]) -> Result<Opened, SealError> {
        let (version, rest) = form.split_first().ok_or(SealError::UnknownForm)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError::UnknownForm)?;
        if *version != VERSION {
            return Err(SealError::UnknownForm);
        }
        let open =
            |key| cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: associated }).ok();
        let opened = self.keys.accepted().enumerate().find_map(|(age, key)| Some((age, open(key)?)));
        let (age, plain) = opened.ok_or(SealError::DoesNotOpen)?;
        Ok(Opened { plain: Zeroizing::new(plain), by_first_secret: age == 0 })
    }

    /// Whether there are older secrets than the first.
    #[must_use]
    pub fn accepts_older(&self) -> bool {
        self.keys.accepted().nth(1).is_some()
    }
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_secret().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyPurpose, Secrets};
    use crate::secret::SecretText;

    struct Fives;
    impl Entropy for Fives {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(5);
            Ok(())
        }
    }

    fn sealer(secrets: &[&str]) -> Sealer {
        let (first, older) = secrets.split_first().unwrap();
        let older = older.iter().map(|text| SecretText::new(*text)).collect();
        Sealer::new(Secrets::new(SecretText::new(*first), older).derive(KeyPurpose::SessionContent))
    }

    #[test]
    fn it_tells_whether_the_first_secret_opened_it() {
        let form = sealer(&["one"]).seal(b"plain", b"row", &Fives).unwrap();
        for (secrets, by_first_secret) in [
            (&["one"][..], true),
            (&["one", "two"], true),
            (&["two", "one"], false),
            (&["three", "two", "one"], false),
        ] {
            let opened = sealer(secrets).open_and_tell(&form, b"row").unwrap();
            assert_eq!((opened.plain.as_slice(), opened.by_first_secret), (&b"plain"[..], by_first_secret));
            assert_eq!(sealer(secrets).accepts_older(), secrets.len() > 1);
        }
        assert!(sealer(&["two"]).open_and_tell(&form, b"row").is_err());
        assert!(sealer(&["two", "one"]).open_and_tell(&form, b"another row").is_err());
    }
}
