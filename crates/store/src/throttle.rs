//! The part of the port that counts sign-in attempts.

use std::fmt;
use std::time::Duration;

use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// What a counter is known by: an HMAC of what is counted. Never a plain account name or address, so that the
/// store does not become a list of who tried to sign in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterName([u8; 32]);

impl CounterName {
    /// From an HMAC.
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

impl fmt::Debug for CounterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CounterName(…)")
    }
}

/// A counter after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptCount {
    /// Attempts in this window, this one included.
    pub count: u64,
    /// When the window ends; an attempt from then on begins a new one.
    pub window_ends_at: Timestamp,
}

/// Where attempts are counted.
pub trait ThrottleStore: Send + Sync {
    /// Counts one attempt on every named counter and gives the counters in the order of their names. All are
    /// counted or none.
    ///
    /// A window is fixed: it begins with the first attempt and ends `window` later, whatever comes in between. It
    /// never ends later than `window` from `now`, so a clock that was wrong for a moment locks nobody out for long.
    ///
    /// # Errors
    /// When the store cannot write; no attempt may go ahead uncounted then.
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>>;

    /// Takes one attempt off the named counters, after an attempt that turned out not to be a guess. A window that has
    /// ended, or a counter that is not there, stays as it is.
    ///
    /// # Errors
    /// When the store cannot write.
    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()>;

    /// Forgets the named counters, after a sign-in that succeeded.
    ///
    /// # Errors
    /// When the store cannot write.
    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()>;
}
