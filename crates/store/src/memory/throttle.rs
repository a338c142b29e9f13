//! Counters in memory.

use std::collections::HashMap;
use std::time::Duration;

use crossgate_core::time::Timestamp;

use super::MemoryStore;
use crate::{AttemptCount, CounterName, StoreFuture, ThrottleStore};

#[derive(Debug, Default)]
pub(super) struct Throttle(HashMap<CounterName, AttemptCount>);

impl Throttle {
    fn count(&mut self, counter: CounterName, window_ends_at: Timestamp) -> AttemptCount {
        let entry = self.0.entry(counter).or_insert(AttemptCount { count: 0, window_ends_at });
        entry.count = entry.count.saturating_add(1);
        entry.window_ends_at = entry.window_ends_at.min(window_ends_at);
        *entry
    }

    fn count_all(&mut self, counters: &[CounterName], window: Duration, now: Timestamp) -> Vec<AttemptCount> {
        // Strangers choose what is counted; what has ended must not pile up.
        self.0.retain(|_, count| count.window_ends_at > now);
        counters.iter().map(|counter| self.count(*counter, now.after(window))).collect()
    }
}

impl ThrottleStore for MemoryStore {
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>> {
        self.with(move |tables| Ok(tables.throttle.count_all(&counters, window, now)))
    }

    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.with(move |tables| {
            let counted = tables.throttle.0.iter_mut().filter(|(counter, _)| counters.contains(counter));
            counted.for_each(|(_, entry)| entry.count = entry.count.saturating_sub(1));
            Ok(())
        })
    }

    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.with(move |tables| {
            tables.throttle.0.retain(|counter, _| !counters.contains(counter));
            Ok(())
        })
    }
}
