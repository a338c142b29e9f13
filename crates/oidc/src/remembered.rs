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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    const RULES: RememberedRules = RememberedRules {
        lifetime: Duration::from_secs(100),
        usable_although_old: Duration::from_secs(1000),
        early_interval: Duration::from_secs(30),
        pause_after_failure: Duration::from_secs(10),
    };

    /// Something that was fetched at 10 000 s.
    fn fetched() -> Remembered<&'static str> {
        let mut remembered = Remembered::new(RULES);
        remembered.store("keys", at(10_000));
        remembered
    }

    /// What is there, whether it may be fetched, whether it may be fetched early.
    fn state(remembered: &Remembered<&'static str>, now: Timestamp) -> (&'static str, bool, bool) {
        let freshness = match remembered.get(now) {
            Freshness::Fresh(_) => "fresh",
            Freshness::Old(_) => "old",
            Freshness::Nothing => "nothing",
        };
        (freshness, remembered.may_fetch(now), remembered.may_refetch_early(now))
    }

    #[test]
    fn it_is_fresh_then_usable_then_gone() {
        for (millis, expected) in [
            (0, ("fresh", false, false)),
            (29_999, ("fresh", false, false)),
            (30_000, ("fresh", false, true)),
            (99_999, ("fresh", false, true)),
            (100_000, ("old", true, true)),
            (1_099_999, ("old", true, true)),
            (1_100_000, ("nothing", true, true)),
        ] {
            let now = at(10_000).after(Duration::from_millis(millis));
            assert_eq!(state(&fetched(), now), expected, "after {millis} ms");
        }
    }

    #[test]
    fn without_anything_it_is_fetched_at_once() {
        assert_eq!(state(&Remembered::new(RULES), at(0)), ("nothing", true, true));
    }

    #[test]
    fn a_failure_is_followed_by_a_pause_and_takes_nothing_away() {
        let mut old = fetched();
        old.failed(at(10_200));
        let mut empty = Remembered::new(RULES);
        empty.failed(at(10_200));
        for (second, fetch, early) in
            [(10_200, false, false), (10_209, false, false), (10_210, true, false), (10_230, true, true)]
        {
            assert_eq!(state(&old, at(second)), ("old", fetch, early), "{second}");
            assert_eq!(state(&empty, at(second)), ("nothing", fetch, early), "{second}");
        }
    }

    #[test]
    fn a_success_ends_the_pause() {
        let mut remembered = fetched();
        remembered.failed(at(10_200));
        remembered.store("new keys", at(10_201));
        assert_eq!(remembered.get(at(10_300)), Freshness::Fresh(&"new keys"));
        assert!(remembered.may_fetch(at(10_301)));
    }

    #[test]
    fn unknown_keys_cause_one_early_fetch_per_interval() {
        let mut remembered = fetched();
        let mut fetches = Vec::new();
        for second in 10_000..10_100 {
            if remembered.may_refetch_early(at(second)) {
                remembered.store("keys", at(second));
                fetches.push(second);
            }
        }
        assert_eq!(fetches, [10_030, 10_060, 10_090]);
    }

    #[test]
    fn a_clock_that_goes_back_stops_nobody() {
        let mut remembered = fetched();
        assert_eq!(state(&remembered, at(5_000)), ("old", true, true));
        // The pause begins anew, and the value ages from here on.
        remembered.failed(at(5_000));
        assert_eq!(state(&remembered, at(5_000)), ("old", false, false));
        assert_eq!(state(&remembered, at(6_000)), ("nothing", true, true));
        // A failure of the future is none.
        remembered.failed(at(9_000));
        assert!(remembered.may_fetch(at(5_500)));
    }
}
