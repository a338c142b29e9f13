//! The clock that all processes on one store go by: the store's own, where it has one. A machine whose clock is wrong
//! would otherwise take leases that others hold, and issue tokens that have ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crossgate_core::time::{Clock, Timestamp};
use crossgate_store::{Store, StoreError};

use crate::system::SystemClock;

/// A difference that nobody has to mend, in milliseconds: what a question to the store takes is in it.
const TOLERANCE: i64 = 1000;

/// The operating system's clock, set by the store's.
pub(crate) struct SharedClock {
    store: Arc<dyn Store>,
    /// How many milliseconds the store's clock is ahead of this machine's; 0 while they agree.
    ahead: AtomicI64,
}

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Timestamp::from_millis(SystemClock.now().as_millis().saturating_add(ahead))
    }
}

impl SharedClock {
    /// A clock that is right.
    pub(crate) async fn start(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let clock = Self { store, ahead: AtomicI64::new(0) };
        clock.set().await?;
        Ok(clock)
    }

    /// Compares the clocks. To be called from time to time.
    pub(crate) async fn set(&self) -> Result<(), StoreError> {
        let before = SystemClock.now();
        if let Some(there) = self.store.time().await?
            && let Some(ahead) = difference(before, there, SystemClock.now())
        {
            self.adjust(ahead);
        }
        Ok(())
    }

    fn adjust(&self, ahead: i64) {
        let known = self.ahead.load(Ordering::Relaxed);
        let ahead = if ahead.abs() <= TOLERANCE { 0 } else { ahead };
        // Small changes are those of the network; a clock that trembles helps nobody.
        if (ahead - known).abs() <= TOLERANCE {
            return;
        }
        self.ahead.store(ahead, Ordering::Relaxed);
        if ahead == 0 {
            tracing::info!("the clock of this machine and that of the store agree again");
        } else {
            tracing::warn!(
                store_is_ahead_by_ms = ahead,
                "the clock of this machine and that of the store differ; the store's counts. Set this machine's clock"
            );
        }
    }
}

/// How far the other clock is ahead, in milliseconds; unknown where its answer took too long.
fn difference(asked_at: Timestamp, there: Timestamp, answered_at: Timestamp) -> Option<i64> {
    let took = answered_at.as_millis().saturating_sub(asked_at.as_millis());
    let ahead = there.as_millis().saturating_sub(asked_at.as_millis().saturating_add(took / 2));
    (0..=TOLERANCE).contains(&took).then_some(ahead)
}

#[cfg(test)]
mod tests {
    use crossgate_store::memory::MemoryStore;

    use super::*;

    fn ahead_after(differences: &[i64]) -> i64 {
        let clock = SharedClock { store: Arc::new(MemoryStore::new()), ahead: AtomicI64::new(0) };
        differences.iter().for_each(|ahead| clock.adjust(*ahead));
        clock.ahead.load(Ordering::Relaxed)
    }

    #[test]
    fn a_difference_is_told_from_what_the_question_took() {
        let difference = |asked, there, answered| {
            let at = Timestamp::from_millis;
            difference(at(asked), at(there), at(answered))
        };
        assert_eq!(difference(10_000, 10_050, 10_100), Some(0));
        assert_eq!(difference(10_000, 310_050, 10_100), Some(300_000));
        assert_eq!(difference(310_000, 10_050, 310_100), Some(-300_000));
        assert_eq!(difference(10_000, 10_050, 12_000), None, "too slow to say");
        assert_eq!(difference(10_000, 10_050, 9_000), None, "this clock was set meanwhile");
    }

    #[test]
    fn a_wrong_clock_is_mended_and_a_good_one_left_alone() {
        assert_eq!(ahead_after(&[900]), 0);
        assert_eq!(ahead_after(&[300_000]), 300_000);
        assert_eq!(ahead_after(&[300_000, 300_400, 299_600]), 300_000, "it does not tremble");
        assert_eq!(ahead_after(&[-300_000, 3]), 0, "somebody set it");
        assert_eq!(ahead_after(&[300_000, -300_000]), -300_000);
    }
}
