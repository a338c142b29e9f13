//! Keys of the session cookie, derived as next-auth derives them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::next_auth::Dialect;
use crossgate_core::secret::SecretText;
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::encryption::Encryption;

/// A key and the name by which a token of v5 says that it was sealed under it.
pub(super) struct CookieKey {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// RFC 7638 thumbprint of the key as a JWK.
    pub(super) id: String,
}

impl CookieKey {
    /// The key of one cookie for one content encryption.
    ///
    /// v4 (contract §6.1): HKDF-SHA-256, no salt. v5 (§6.2): the cookie's name is the salt and stands in the info, so a
    /// token for one name does not open under another.
    pub(super) fn derive(
        dialect: Dialect,
        encryption: Encryption,
        cookie_name: &str,
        secret: &SecretText,
    ) -> Self {
        let (salt, info) = match dialect {
            Dialect::V4 => (String::new(), "NextAuth.js Generated Encryption Key".to_owned()),
            Dialect::V5 => {
                (cookie_name.to_owned(), format!("Auth.js Generated Encryption Key ({cookie_name})"))
            }
        };
        let mut bytes = Zeroizing::new(vec![0; encryption.key_length()]);
        let expanded = Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret.expose_secret().as_bytes())
            .expand(info.as_bytes(), &mut bytes);
        // HKDF refuses only outputs beyond 255 hash lengths.
        debug_assert!(expanded.is_ok());
        let id = thumbprint(encryption, &bytes);
        Self { bytes, id }
    }
}

/// RFC 7638 §3: the hash over the required members in their order, SHA-512 for the long key, SHA-256 for the short one.
fn thumbprint(encryption: Encryption, key: &[u8]) -> String {
    let jwk = Zeroizing::new(format!(r#"{{"k":"{}","kty":"oct"}}"#, URL_SAFE_NO_PAD.encode(key)));
    match encryption {
        Encryption::A256CbcHs512 => URL_SAFE_NO_PAD.encode(Sha512::digest(jwk.as_bytes())),
        Encryption::A256Gcm => URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes())),
    }
}
