//! When nobody is asked for new tokens, because asking went wrong a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossgate_core::time::Timestamp;

/// The first pause; each further failure in a row doubles it.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// What another side may ask for at most.
const LONGEST_ASKED_FOR: Duration = Duration::from_secs(300);
/// Pauses remembered at most. One that is forgotten costs an attempt too early.
const MOST: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Pause {
    failures: u32,
    until: Timestamp,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Pauses<K>(Mutex<HashMap<K, Pause>>);

impl<K> Default for Pauses<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone> Pauses<K> {
    /// How long the pause still is, if there is one.
    pub(crate) fn left(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let until = self.pauses().get(key)?.until;
        // A clock that went back would prolong it.
        Some(until.since(now)).filter(|left| !left.is_zero() && *left <= LONGEST_ASKED_FOR)
    }

    /// It went well: there is no pause any more.
    pub(crate) fn forget(&self, key: &K) {
        self.pauses().remove(key);
    }

    /// It went wrong. `asked_for`: when the other side wants to be asked again. `jitter` takes up to half of our own
    /// pause more, so that not everybody comes back at once.
    pub(crate) fn begin(&self, key: &K, asked_for: Option<Duration>, jitter: u8, now: Timestamp) -> Duration {
        let mut pauses = self.pauses();
        if pauses.len() >= MOST {
            pauses.retain(|_, pause| pause.until > now);
        }
        if pauses.len() >= MOST {
            pauses.clear();
        }
        let failures = pauses.get(key).map_or(0, |pause| pause.failures);
        let own = FIRST.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(LONGEST);
        let own = own + own * u32::from(jitter) / 510;
        let pause = asked_for.map_or(own, |asked_for| asked_for.clamp(FIRST, LONGEST_ASKED_FOR));
        pauses.insert(key.clone(), Pause { failures: failures.saturating_add(1), until: now.after(pause) });
        pause
    }

    fn pauses(&self) -> MutexGuard<'_, HashMap<K, Pause>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn pauses_grow_with_failures_and_end_with_success() {
        let pauses = Pauses::default();
        let lengths: Vec<_> = (0..8).map(|_| pauses.begin(&"api", None, 0, at(0)).as_secs()).collect();
        assert_eq!(lengths, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(pauses.left(&"api", at(10)), Some(Duration::from_secs(20)));
        assert_eq!(pauses.left(&"api", at(30)), None);
        pauses.forget(&"api");
        assert_eq!(pauses.begin(&"api", None, 255, at(0)), Duration::from_millis(1500));
        assert_eq!(pauses.left(&"other", at(0)), None);
    }

    #[test]
    fn what_the_other_side_asks_for_is_respected_within_reason() {
        for (asked, wanted) in [(0, 1), (7, 7), (1_000_000, 300)] {
            let pauses = Pauses::default();
            let pause = pauses.begin(&1, Some(Duration::from_secs(asked)), 200, at(0));
            assert_eq!(pause.as_secs(), wanted, "{asked}");
        }
    }

    #[test]
    fn pauses_do_not_pile_up() {
        let pauses = Pauses::default();
        for key in 0..3 * MOST {
            pauses.begin(&key, None, 0, at(0));
        }
        assert!(pauses.pauses().len() <= MOST);
    }
}
