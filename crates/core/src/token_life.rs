//! How long a token that somebody else issued is good, and when it is time to renew it.

use std::time::Duration;

use crate::time::Timestamp;

/// A token is renewed this long before it ends, where it lives long enough: nobody has to wait then.
const LEAD: Duration = Duration::from_secs(60);
/// And counts as ended this long before it does: a request takes time to arrive, and clocks differ.
const MARGIN: Duration = Duration::from_secs(5);
/// A token that arrives with less than this is used as it is for as long: renewing it at once would go on for ever.
const SHORTEST: Duration = Duration::from_secs(1);

/// When a token was obtained and when it ends, each where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLife {
    /// When it was obtained.
    pub obtained_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
}

/// What to do with a token that can be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Use it.
    Fresh {
        /// Until when nothing has to be done.
        until: Timestamp,
    },
    /// Use it, and have it renewed meanwhile.
    Due,
    /// It is no longer good, or would not be when it arrives.
    Ended,
}

impl TokenLife {
    /// Whether it has ended, to the millisecond.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }

    /// What to do with it at `now`, if it can be renewed. `jitter` spreads tokens that were obtained together: it takes
    /// up to half of the lead more.
    #[must_use]
    pub fn freshness(&self, jitter: u8, now: Timestamp) -> Freshness {
        let Some(ends_at) = self.ends_at else {
            return Freshness::Fresh { until: Timestamp::from_millis(i64::MAX) };
        };
        match self.obtained_at.map(|obtained_at| (obtained_at, ends_at.since(obtained_at))) {
            Some((obtained_at, lifetime)) if lifetime < SHORTEST => {
                judge(obtained_at.after(SHORTEST), Duration::ZERO, now)
            }
            Some((_, lifetime)) => {
                let lead = LEAD.min(lifetime / 5);
                judge(ends_at.before(MARGIN.min(lifetime / 10)), lead + lead * u32::from(jitter) / 510, now)
            }
            None => judge(ends_at.before(MARGIN), LEAD, now),
        }
    }
}

fn judge(end: Timestamp, lead: Duration, now: Timestamp) -> Freshness {
    let due_at = end.before(lead);
    if now < due_at {
        Freshness::Fresh { until: due_at }
    } else if now < end {
        Freshness::Due
    } else {
        Freshness::Ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn life(obtained: i64, ends: i64) -> TokenLife {
        TokenLife { obtained_at: Some(at(obtained)), ends_at: Some(at(ends)) }
    }

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let hour = life(0, 3_600_000);
        for (now, wanted) in [
            (0, Freshness::Fresh { until: at(3_535_000) }),
            (3_534_999, Freshness::Fresh { until: at(3_535_000) }),
            (3_535_000, Freshness::Due),
            (3_594_999, Freshness::Due),
            (3_595_000, Freshness::Ended),
        ] {
            assert_eq!(hour.freshness(0, at(now)), wanted, "{now}");
        }
        assert_eq!(hour.freshness(255, at(3_505_000)), Freshness::Due);
        assert!(matches!(hour.freshness(255, at(3_504_999)), Freshness::Fresh { .. }));
    }

    #[test]
    fn a_short_life_has_shorter_margins() {
        let short = life(0, 2000);
        assert_eq!(short.freshness(0, at(0)), Freshness::Fresh { until: at(1400) });
        assert_eq!(short.freshness(0, at(1400)), Freshness::Due);
        assert_eq!(short.freshness(0, at(1800)), Freshness::Ended);
    }

    #[test]
    fn a_token_that_arrives_ended_is_not_renewed_without_end() {
        for ends in [-5000, 0, 999] {
            let dead = life(0, ends);
            assert_eq!(dead.freshness(9, at(0)), Freshness::Fresh { until: at(1000) }, "{ends}");
            assert_eq!(dead.freshness(9, at(1000)), Freshness::Ended, "{ends}");
        }
    }

    #[test]
    fn what_is_not_known_is_taken_for_long() {
        let endless = TokenLife { obtained_at: Some(at(0)), ends_at: None };
        assert!(matches!(endless.freshness(0, at(i64::MAX - 1)), Freshness::Fresh { .. }));
        assert!(!endless.has_ended(at(i64::MAX)));
        let old = TokenLife { obtained_at: None, ends_at: Some(at(100_000)) };
        assert_eq!(old.freshness(0, at(35_000)), Freshness::Due);
        assert_eq!(old.freshness(0, at(95_000)), Freshness::Ended);
    }
}
