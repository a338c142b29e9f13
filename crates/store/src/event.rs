//! The part of the port that tells every process what became of sessions.

use std::pin::Pin;
use std::time::Duration;

use crossgate_core::session::{EndReason, HashedSessionId};

use crate::StoreFuture;

/// How long events are kept at least.
pub const EVENT_RETENTION: Duration = Duration::from_secs(10 * 60);

/// How many events are kept at least, however old they are.
pub const EVENTS_KEPT: usize = 10_000;

/// Up to where somebody knows what happened. Means something only to the store that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCursor(Vec<u64>);

impl EventCursor {
    /// Of a store with one log: the number of the last event that is known; 0 before the first one.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(vec![number])
    }

    /// Of a store with several logs: the number of the last known event of each.
    #[must_use]
    pub const fn of(numbers: Vec<u64>) -> Self {
        Self(numbers)
    }

    /// The number of the last known event of each log.
    #[must_use]
    pub fn numbers(&self) -> &[u64] {
        &self.0
    }

    /// The number of the last known event, where there is one log. A cursor of several means nothing there, and is
    /// after everything.
    #[must_use]
    pub fn number(&self) -> u64 {
        match *self.0 {
            [number] => number,
            _ => u64::MAX,
        }
    }
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEvent {
    /// It ended; its row is gone.
    Ended {
        /// Which session.
        id: HashedSessionId,
        /// Why.
        reason: EndReason,
    },
    /// Its content was replaced.
    Changed {
        /// Which session.
        id: HashedSessionId,
        /// The version of the new content.
        version: u64,
    },
}

/// What happened after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// What happened to the sessions of one person, in the order in which it happened.
    pub events: Vec<SessionEvent>,
    /// Where to go on: after the last of the events.
    pub cursor: EventCursor,
    /// Some after the cursor were forgotten already, or it is of another store: nothing that was read from the store
    /// before this answer may be believed any more. There are no `events` then, and `cursor` is after everything.
    pub is_incomplete: bool,
}

/// Where it is noted what became of sessions, for all processes that share the store.
///
/// Whatever ends a session or replaces its content notes that in the same transaction, so an event is there exactly
/// when what it tells has happened. Whoever goes on from the cursor of the last answer misses none, in whatever order
/// transactions became visible. They are forgotten by
/// [`end_expired`](crate::SessionStore::end_expired), once they are older than [`EVENT_RETENTION`] and more than
/// [`EVENTS_KEPT`] came after them.
pub trait EventStore: Send + Sync {
    /// Where to begin: after everything that has happened.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn newest_event(&self) -> StoreFuture<'_, EventCursor>;

    /// What happened after the cursor, oldest first for each person, `limit` at most. Cheap where nothing did: every process asks
    /// several times a second.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events>;

    /// Resolves soon after something may have happened, so that asking at once is worth it; also after the store was
    /// out of reach. A store that cannot tell never resolves: whoever waits for it asks from time to time as well.
    fn woken(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}
