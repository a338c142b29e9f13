//! What was fetched from a provider and when: whether it may still be used, and whether it may be fetched again.

use std::time::Duration;

use crossgate_core::time::Timestamp;

/// How long something fetched is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RememberedRules {
    /// For this long it is used without another thought.
    pub lifetime: Duration,
    /// For this much longer it is used where the other side cannot be reached.
    pub usable_although_old: Duration,
    /// Shortest time between a fetch and one that comes early, because something in it was missing. A stranger can
    /// name a key that does not exist as often as they like.
    pub early_interval: Duration,
    /// For this long nothing is fetched after a failure.
    pub pause_after_failure: Duration,
}

/// Something fetched, with its age. It fetches nothing itself.
#[derive(Debug, Clone)]
pub struct Remembered<T> {
    rules: RememberedRules,
    value: Option<T>,
    fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
}

/// What is there, and how good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness<'a, T> {
    /// Use it.
    Fresh(&'a T),
    /// Fetch it again; use this one if that fails.
    Old(&'a T),
    /// There is nothing to use.
    Nothing,
}

impl<'a, T> Freshness<'a, T> {
    /// What may be used where a fetch failed or is not allowed now.
    #[must_use]
    pub const fn usable(self) -> Option<&'a T> {
        match self {
            Self::Fresh(value) | Self::Old(value) => Some(value),
            Self::Nothing => None,
        }
    }
}

impl<T> Remembered<T> {
    /// Nothing yet.
    #[must_use]
    pub const fn new(rules: RememberedRules) -> Self {
        Self { rules, value: None, fetched_at: None, failed_at: None }
    }

    /// What there is at `now`.
    #[must_use]
    pub fn get(&self, now: Timestamp) -> Freshness<'_, T> {
        let (Some(value), Some(fetched_at)) = (&self.value, self.fetched_at) else {
            return Freshness::Nothing;
        };
        // A value from the future was fetched before the clock was put right; how old it is nobody knows.
        let Some(age) = age(fetched_at, now) else { return Freshness::Old(value) };
        if age < self.rules.lifetime {
            Freshness::Fresh(value)
        } else if age < self.rules.lifetime.saturating_add(self.rules.usable_although_old) {
            Freshness::Old(value)
        } else {
            Freshness::Nothing
        }
    }

    /// Whether it is time to fetch: there is nothing fresh, and the last failure is long enough ago.
    #[must_use]
    pub fn may_fetch(&self, now: Timestamp) -> bool {
        !matches!(self.get(now), Freshness::Fresh(_)) && !self.is_pausing(now)
    }

    /// Whether it may be fetched although it is fresh, because something in it is missing.
    #[must_use]
    pub fn may_refetch_early(&self, now: Timestamp) -> bool {
        has_passed(self.fetched_at, self.rules.early_interval, now)
            && has_passed(self.failed_at, self.rules.early_interval, now)
            && !self.is_pausing(now)
    }

    /// Notes what was fetched at `now`.
    pub fn store(&mut self, value: T, now: Timestamp) {
        (self.value, self.fetched_at, self.failed_at) = (Some(value), Some(now), None);
    }

    /// Notes that a fetch failed at `now`. What is there stays.
    pub fn failed(&mut self, now: Timestamp) {
        self.failed_at = Some(now);
        // Otherwise a value from the future would stay usable until the clock gets there.
        if self.fetched_at.is_some_and(|fetched_at| fetched_at > now) {
            self.fetched_at = Some(now.before(self.rules.lifetime));
        }
    }

    fn is_pausing(&self, now: Timestamp) -> bool {
        !has_passed(self.failed_at, self.rules.pause_after_failure, now)
    }
}

/// How long ago it was; nothing, if it lies in the future.
fn age(then: Timestamp, now: Timestamp) -> Option<Duration> {
    (then <= now).then(|| now.since(then))
}

/// Whether it never happened or was longer ago. What lies in the future stops nobody: the clock was put right.
fn has_passed(then: Option<Timestamp>, wait: Duration, now: Timestamp) -> bool {
    then.and_then(|then| age(then, now)).is_none_or(|age| age >= wait)
}
