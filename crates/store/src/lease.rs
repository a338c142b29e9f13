//! The part of the port that lets one of many do a piece of work.

use std::fmt;
use std::time::Duration;

use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// How long it is remembered that a lease was abandoned.
pub const ABANDONED_LEASE_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// No lease is asked for longer than this. One that seems to last longer was taken under a clock that was ahead, and has
/// ended.
pub const LONGEST_LEASE: Duration = Duration::from_secs(60 * 60);

/// What a lease is known by: a hash of what is to be done. Never the plain value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseName([u8; 32]);

impl LeaseName {
    /// From a hash.
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

impl fmt::Debug for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeaseName(…)")
    }
}

/// Who holds a lease: drawn at random for each attempt, so that nobody gives back what somebody else took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseOwner([u8; 16]);

impl LeaseOwner {
    /// From random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// For the store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for LeaseOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeaseOwner(…)")
    }
}

/// Whether a lease could be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum LeaseAnswer {
    /// It is the asker's.
    Taken {
        /// A holder before never gave it back: it died or abandoned the work, which may be half done.
        was_abandoned: bool,
    },
    /// Somebody else has it.
    Held {
        /// Until then, unless it is prolonged or given back.
        until: Timestamp,
    },
}

/// Where it is noted who does what only one may do at a time. Every method is durable when it resolves.
///
/// A lease ends by itself, so a holder that died keeps nobody waiting for longer than it asked for. A holder whose
/// lease ended without its knowing may still be at work: what it brings home has to be judged by other means, such
/// as the version of a session.
pub trait LeaseStore: Send + Sync {
    /// Takes the lease unless somebody else holds it beyond `now`. Of several takers at the same time exactly one
    /// gets it.
    ///
    /// `was_abandoned` says that the holder before never gave it back: it died, or called
    /// [`abandon_lease`](Self::abandon_lease). That stays true for every later taker until one gives it back, or for
    /// [`ABANDONED_LEASE_RETENTION`]. Taking one's own again prolongs it and says once more what was said before.
    ///
    /// # Errors
    /// When the store cannot write; the lease is not the asker's then.
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer>;

    /// Prolongs the lease; false when it is not, or no longer, this owner's. Never shortens it. One that has ended
    /// but that nobody took meanwhile is still its owner's.
    ///
    /// # Errors
    /// When the store cannot write; nothing is prolonged then.
    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool>;

    /// Gives the lease back, with the work done: nothing is known of it afterwards. When it is not this owner's,
    /// nothing changes, and that is no error.
    ///
    /// # Errors
    /// When the store cannot write.
    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()>;

    /// Lets the lease go with the work unfinished: the next taker may take it at once, and is told. When it is not
    /// this owner's, nothing changes, and that is no error.
    ///
    /// # Errors
    /// When the store cannot write.
    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()>;
}
