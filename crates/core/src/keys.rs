//! One configured `secret`, many keys: each purpose has a key of its own, so that what was made for one
//! purpose never verifies for another.

use hkdf::Hkdf;
use sha2::Sha256;

use crate::secret::{SecretKey, SecretText};

/// What a derived key is for. The text goes into HKDF's `info`; changing it changes the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Sealing session content in the store.
    SessionContent,
    /// Sealing signing keys in the store.
    SigningKeys,
    /// The CSRF token.
    CsrfToken,
    /// Sealing the transaction of a sign-in at a provider, in its cookie.
    SignInTransaction,
    /// Sealing where a browser goes after it signed out at a provider.
    SignOutState,
    /// Sealing a sign-in between its first and its second step, in its cookie.
    SecondStep,
    /// Ids of sessions that take the place of a cookie from before Crossgate.
    FormerSessions,
    /// Names of throttle counters (they must not reveal account names in the store).
    ThrottleNames,
    /// Sealing the refresh tokens of the test people of `crossgate dev`.
    DevelopmentTokens,
}

impl KeyPurpose {
    const fn info(self) -> &'static [u8] {
        match self {
            Self::SessionContent => b"crossgate/v1/session-content",
            Self::SigningKeys => b"crossgate/v1/signing-keys",
            Self::CsrfToken => b"crossgate/v1/csrf-token",
            Self::SignInTransaction => b"crossgate/v1/sign-in-transaction",
            Self::SignOutState => b"crossgate/v1/sign-out-state",
            Self::SecondStep => b"crossgate/v1/second-step",
            Self::FormerSessions => b"crossgate/v1/former-sessions",
            Self::ThrottleNames => b"crossgate/v1/throttle-names",
            Self::DevelopmentTokens => b"crossgate/v1/development-tokens",
        }
    }
}

/// The configured `secret` list: the first makes new things, all of them are accepted.
#[derive(Debug, Clone)]
pub struct Secrets {
    first: SecretText,
    older: Vec<SecretText>,
}

impl Secrets {
    /// Shortest accepted secret, in bytes: 32 characters of hex are 128 bits (OWASP ASVS 5.0, 11.2.3).
    pub const SHORTEST: usize = 32;

    /// A list with at least one secret.
    #[must_use]
    pub const fn new(first: SecretText, older: Vec<SecretText>) -> Self {
        Self { first, older }
    }

    /// The keys for one purpose, newest first (HKDF-SHA-256, RFC 5869, empty salt).
    #[must_use]
    pub fn derive(&self, purpose: KeyPurpose) -> DerivedKeys {
        DerivedKeys {
            first: derive(&self.first, purpose),
            older: self.older.iter().map(|secret| derive(secret, purpose)).collect(),
        }
    }
}

fn derive(secret: &SecretText, purpose: KeyPurpose) -> SecretKey {
    let mut key = [0; 32];
    // HKDF refuses only outputs beyond 255 hash lengths; 32 bytes is one.
    let expanded =
        Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes()).expand(purpose.info(), &mut key);
    debug_assert!(expanded.is_ok());
    SecretKey::new(key)
}

/// The keys of one purpose.
#[derive(Debug, Clone)]
pub struct DerivedKeys {
    first: SecretKey,
    older: Vec<SecretKey>,
}

impl DerivedKeys {
    /// The key that makes new things.
    #[must_use]
    pub const fn newest(&self) -> &SecretKey {
        &self.first
    }

    /// All keys that are accepted, newest first.
    pub fn accepted(&self) -> impl Iterator<Item = &SecretKey> {
        std::iter::once(&self.first).chain(&self.older)
    }
}
