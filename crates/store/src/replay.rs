//! The part of the port that remembers what may be used only once.

use std::fmt;

use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// What may be used only once is known by this: an HMAC or a hash of it, over its kind as well. Never the plain
/// value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseName([u8; 32]);

impl UseName {
    /// From an HMAC or a hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for UseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseName(…)")
    }
}

/// Whether a use was the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum FirstUse {
    /// It was, and every later one will not be.
    Yes,
    /// It was used before.
    No,
}

/// Where it is remembered what was used: the state of a sign-in (RFC 6749 §10.12), the `jti` of a logout token
/// (OIDC Back-Channel Logout §2.6).
pub trait ReplayStore: Send + Sync {
    /// Uses a name. The first use is remembered until `until`; from then on the name may be used again. Of several
    /// uses at the same time exactly one is the first. Durable when it resolves.
    ///
    /// A use that is not the first changes nothing, `until` neither. A use whose `until` has passed is not remembered,
    /// so whoever asks refuses first what has expired.
    ///
    /// # Errors
    /// When the store cannot write; what was to be used only once must not be used then.
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse>;

    /// Whether a name was used, and is still remembered. For what can be done twice without harm: it is looked at first,
    /// then done, and the name used at the end, so that what failed can be tried again. Changes nothing.
    ///
    /// # Errors
    /// When the store cannot be read; then nobody knows.
    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool>;
}
