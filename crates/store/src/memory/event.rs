//! Events in memory.

use std::collections::VecDeque;

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;

use super::MemoryStore;
use crate::{EVENT_RETENTION, EVENTS_KEPT, EventCursor, EventStore, Events, SessionEvent, StoreFuture};

#[derive(Debug, Default)]
pub(super) struct EventLog {
    kept: VecDeque<Noted>,
    /// How many were forgotten; the number of the first one that is kept is one more.
    forgotten: u64,
}

#[derive(Debug)]
struct Noted {
    event: SessionEvent,
    /// Unknown before the first sweep after it, where who noted it had no time.
    at: Option<Timestamp>,
}

impl EventLog {
    pub(super) fn ended(&mut self, id: HashedSessionId, reason: EndReason, now: Timestamp) {
        self.kept.push_back(Noted { event: SessionEvent::Ended { id, reason }, at: Some(now) });
    }

    pub(super) fn changed(&mut self, id: HashedSessionId, version: u64) {
        self.kept.push_back(Noted { event: SessionEvent::Changed { id, version }, at: None });
    }

    fn newest(&self) -> EventCursor {
        EventCursor::new(self.forgotten.saturating_add(count(self.kept.len())))
    }

    fn after(&self, cursor: &EventCursor, limit: usize) -> Events {
        let number = cursor.number();
        let known = number.checked_sub(self.forgotten).filter(|_| number <= self.newest().number());
        let Some(known) = known.and_then(|known| usize::try_from(known).ok()) else {
            return Events { events: Vec::new(), cursor: self.newest(), is_incomplete: true };
        };
        let events: Vec<_> = self.kept.iter().skip(known).take(limit).map(|noted| noted.event).collect();
        let cursor = EventCursor::new(number.saturating_add(count(events.len())));
        Events { events, cursor, is_incomplete: false }
    }

    /// Forgets what is old, but never the newest events.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.kept.iter_mut().for_each(|noted| noted.at = noted.at.or(Some(now)));
        let old = |noted: &Noted| noted.at.is_some_and(|at| at <= now.before(EVENT_RETENTION));
        let surplus = self.kept.len().saturating_sub(EVENTS_KEPT);
        let forgotten = self.kept.iter().rposition(old).map_or(0, |last| surplus.min(last + 1));
        self.kept.drain(..forgotten);
        self.forgotten = self.forgotten.saturating_add(count(forgotten));
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl EventStore for MemoryStore {
    fn newest_event(&self) -> StoreFuture<'_, EventCursor> {
        self.with(|tables| Ok(tables.sessions.events.newest()))
    }

    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events> {
        self.with(move |tables| Ok(tables.sessions.events.after(&cursor, limit)))
    }
}
