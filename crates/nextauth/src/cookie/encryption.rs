//! The two content encryptions that next-auth uses (RFC 7518 §5), over the primitives of AWS-LC.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use crossgate_core::entropy::{Entropy, random_bytes};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::cipher::{OpenError, SealError};

/// The member `enc` of a token's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// AES-256 in Galois/Counter Mode (RFC 7518 §5.3).
    A256Gcm,
    /// AES-256 in CBC mode with HMAC-SHA-512 (RFC 7518 §5.2.5).
    A256CbcHs512,
}

/// What stands in the last three parts of a token.
pub(super) struct Encrypted {
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// The first half of the long key is for the MAC, the second for AES (RFC 7518 §5.2.2.1).
const MAC_KEY_LENGTH: usize = 32;
/// The MAC is cut to half its length (RFC 7518 §5.2.5).
const TAG_LENGTH: usize = 32;

impl Encryption {
    /// As it stands in a header.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::A256Gcm => "A256GCM",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::A256Gcm => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Encrypts. `header` is the first part of the token, which is authenticated along.
    pub(super) fn encrypt(
        self,
        key: &[u8],
        header: &str,
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Encrypted, SealError> {
        match self {
            Self::A256Gcm => encrypt_gcm(key, header, plain, random_bytes(entropy)?),
            Self::A256CbcHs512 => encrypt_cbc(key, header, plain, random_bytes(entropy)?),
        }
    }

    /// Decrypts what has its tag. Whatever is wrong with it, the error is the same.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        header: &str,
        encrypted: &Encrypted,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        match self {
            Self::A256Gcm => decrypt_gcm(key, header, encrypted),
            Self::A256CbcHs512 => decrypt_cbc(key, header, encrypted),
        }
    }
}

fn gcm_key(key: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&aead::AES_256_GCM, key).ok().map(LessSafeKey::new)
}

fn encrypt_gcm(key: &[u8], header: &str, plain: &[u8], iv: [u8; 12]) -> Result<Encrypted, SealError> {
    let key = gcm_key(key).ok_or(SealError::Primitive)?;
    let mut ciphertext = plain.to_vec();
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut ciphertext)
        .map_err(|_| SealError::Primitive)?;
    Ok(Encrypted { iv: iv.to_vec(), ciphertext, tag: tag.as_ref().to_vec() })
}

fn decrypt_gcm(key: &[u8], header: &str, encrypted: &Encrypted) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let key = gcm_key(key).ok_or(OpenError::DoesNotOpen)?;
    let iv: [u8; 12] = encrypted.iv.as_slice().try_into().map_err(|_| OpenError::Form)?;
    if encrypted.tag.len() != aead::AES_256_GCM.tag_len() {
        return Err(OpenError::Form);
    }
    let mut text = Zeroizing::new([encrypted.ciphertext.as_slice(), &encrypted.tag].concat());
    let nonce = Nonce::assume_unique_for_key(iv);
    let opened = key.open_in_place(nonce, Aad::from(header.as_bytes()), &mut text);
    let length = opened.map_err(|_| OpenError::DoesNotOpen)?.len();
    text.truncate(length);
    Ok(text)
}

/// The MAC key and the AES key.
fn halves(key: &[u8]) -> Option<(&[u8], &[u8])> {
    key.split_at_checked(MAC_KEY_LENGTH)
}

fn encrypt_cbc(key: &[u8], header: &str, plain: &[u8], iv: [u8; 16]) -> Result<Encrypted, SealError> {
    let (mac_key, cipher_key) = halves(key).ok_or(SealError::Primitive)?;
    let cipher_key = UnboundCipherKey::new(&cipher::AES_256, cipher_key).map_err(|_| SealError::Primitive)?;
    // With room for the padding: moved for want of it, the plain text would stay behind in memory.
    let mut ciphertext = Vec::with_capacity(plain.len().saturating_add(cipher::AES_256.block_len()));
    ciphertext.extend_from_slice(plain);
    PaddedBlockEncryptingKey::cbc_pkcs7(cipher_key)
        .and_then(|key| {
            key.less_safe_encrypt(&mut ciphertext, EncryptionContext::Iv128(FixedLength::from(iv)))
        })
        .map_err(|_| SealError::Primitive)?;
    let tag = cbc_tag(mac_key, header, &iv, &ciphertext).ok_or(SealError::Primitive)?;
    Ok(Encrypted { iv: iv.to_vec(), ciphertext, tag })
}

fn decrypt_cbc(key: &[u8], header: &str, encrypted: &Encrypted) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (mac_key, cipher_key) = halves(key).ok_or(OpenError::DoesNotOpen)?;
    let iv: [u8; 16] = encrypted.iv.as_slice().try_into().map_err(|_| OpenError::Form)?;
    // The tag first (RFC 7518 §5.2.2.2 step 2), so that nobody learns anything from the padding of a forged text.
    let tag = cbc_tag(mac_key, header, &iv, &encrypted.ciphertext).ok_or(OpenError::DoesNotOpen)?;
    if !bool::from(tag.ct_eq(&encrypted.tag)) {
        return Err(OpenError::DoesNotOpen);
    }
    let cipher_key =
        UnboundCipherKey::new(&cipher::AES_256, cipher_key).map_err(|_| OpenError::DoesNotOpen)?;
    let mut text = Zeroizing::new(encrypted.ciphertext.clone());
    let length = PaddedBlockDecryptingKey::cbc_pkcs7(cipher_key)
        .and_then(|key| {
            key.decrypt(&mut text, DecryptionContext::Iv128(FixedLength::from(iv))).map(|plain| plain.len())
        })
        .map_err(|_| OpenError::DoesNotOpen)?;
    text.truncate(length);
    Ok(text)
}

/// RFC 7518 §5.2.2.1 steps 5 and 6: over the header, the IV, the text, and the header's length in bits.
fn cbc_tag(key: &[u8], header: &str, iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let header_bits = (header.len() as u64).checked_mul(8)?;
    let mut mac = Hmac::<Sha512>::new_from_slice(key).ok()?;
    for part in [header.as_bytes(), iv, ciphertext, &header_bits.to_be_bytes()] {
        mac.update(part);
    }
    mac.finalize().into_bytes().get(..TAG_LENGTH).map(<[u8]>::to_vec)
}
