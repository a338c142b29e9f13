//! The part of the port that remembers what may be used once.

use std::fmt;

use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// What something that may be used once is known by: a hash of it. Never the thing itself, which may be a secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseName([u8; 32]);

impl UseName {
    /// From a hash of something random.
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

/// Whether something was used for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstUse {
    /// It was.
    Yes,
    /// Somebody was there before.
    No,
}

/// Where it is remembered what was used: the state of a sign-in, the id of a logout token.
pub trait ReplayStore: Send + Sync {
    /// Uses something and remembers it until `until`. Of two at the same time exactly one is the first. Durable when
    /// it resolves. From `until` on it may be used again, so it must have become worthless by itself by then.
    ///
    /// # Errors
    /// When the store cannot write; whatever was to be used must not be used then.
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse>;
}
