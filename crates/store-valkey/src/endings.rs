//! Which sessions are known to have ended lately.
//!
//! A server that fails may take the last writes with it, an end among them, and the session would be there again. Whoever
//! knows of the end does not believe it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crossgate_core::session::{EndReason, HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;

/// How many are remembered; some 10 MB.
const REMEMBERED: usize = 50_000;

/// The ends that this process has done or heard of.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ends: HashMap<HashedSessionId, Ending>,
    in_order: VecDeque<HashedSessionId>,
}

/// Why and when sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) reason: EndReason,
    pub(crate) now: Timestamp,
}

impl Endings {
    pub(crate) fn note(&self, id: HashedSessionId, ending: Ending) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.ends.insert(id, ending).is_none() {
            known.in_order.push_back(id);
        }
        if known.in_order.len() > REMEMBERED
            && let Some(oldest) = known.in_order.pop_front()
        {
            known.ends.remove(&oldest);
        }
    }

    /// How the session ended that is there again. One that began later is another with the same id.
    pub(crate) fn of(&self, record: &SessionRecord) -> Option<Ending> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.ends.get(&record.id).copied().filter(|ending| record.created_at <= ending.now)
    }
}

#[cfg(test)]
mod tests {
    use crossgate_core::identity::Subject;

    use super::*;

    fn record(number: usize, second: i64) -> SessionRecord {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        SessionRecord {
            id: HashedSessionId::from_bytes(bytes),
            subject: Subject::parse("ada").unwrap(),
            created_at: Timestamp::from_seconds(second),
            last_seen_at: Timestamp::from_seconds(second),
            provider: None,
            version: 1,
            sealed: Vec::new(),
        }
    }

    const ENDING: Ending = Ending { reason: EndReason::SignedOut, now: Timestamp::from_seconds(10) };

    #[test]
    fn the_latest_ends_are_known_and_no_more_than_that() {
        let endings = Endings::default();
        for number in 0..REMEMBERED + 10 {
            for _ in 0..2 {
                endings.note(record(number, 0).id, ENDING);
            }
        }
        assert_eq!(endings.of(&record(9, 0)), None);
        assert_eq!(endings.of(&record(10, 0)), Some(ENDING));
        assert_eq!(endings.0.lock().unwrap().ends.len(), REMEMBERED);
    }

    #[test]
    fn a_session_that_began_after_the_end_is_another_one() {
        let endings = Endings::default();
        endings.note(record(1, 0).id, ENDING);
        assert_eq!(endings.of(&record(1, 10)), Some(ENDING));
        assert_eq!(endings.of(&record(1, 11)), None);
    }
}
