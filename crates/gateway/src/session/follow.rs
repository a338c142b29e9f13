//! What other processes on the same store do to sessions is known here a moment later.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{EventCursor, Events, SessionEvent};

use super::answer::SessionFault;
use super::end::tell;
use super::service::Sessions;

/// Events read in one go at most.
const BATCH: usize = 1000;
/// Whoever has not heard from the store for this long may have missed an end: what is cached counts only if the store
/// confirmed it since.
const DEAF_AFTER: Duration = Duration::from_secs(1);
/// While the store is away, cached sessions go on for this long after it last confirmed them.
const BELIEVED_FOR: Duration = Duration::from_secs(5 * 60);

/// Where we are in what happened.
#[derive(Debug, Default)]
pub(super) struct Following {
    cursor: tokio::sync::Mutex<Option<EventCursor>>,
    heard: std::sync::atomic::AtomicI64,
}

/// Whether a cached session may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belief {
    /// Yes.
    Believed,
    /// The store is to be asked; where it does not answer, it may be used all the same.
    Doubted,
    /// The store is to be asked, and has to answer.
    Outdated,
}

impl Sessions {
    /// Reads what happened since the last call; to be called several times a second. Gives the number of events.
    pub(crate) async fn follow(&self, now: Timestamp) -> Result<usize, SessionFault> {
        let mut cursor = self.following.cursor.lock().await;
        let Some(after) = cursor.clone() else {
            *cursor = Some(self.store.newest_event().await?);
            // What happened before the first look is not known: nothing cached until now counts.
            self.forget_cached();
            self.heard(now);
            return Ok(0);
        };
        let (mut after, mut total) = (after, 0);
        loop {
            let Events { events, cursor: next, is_incomplete } =
                self.store.events_after(after.clone(), BATCH).await?;
            if is_incomplete {
                self.forget_cached();
            }
            events.iter().for_each(|event| self.note(event));
            (after, total) = (next, total + events.len());
            *cursor = Some(after.clone());
            if events.len() < BATCH {
                self.heard(now);
                return Ok(total);
            }
        }
    }

    /// Resolves when reading again at once is worth it.
    pub(crate) async fn woken(&self) {
        self.store.woken().await;
    }

    fn heard(&self, now: Timestamp) {
        self.following.heard.store(now.as_millis(), Ordering::Release);
    }

    fn note(&self, event: &SessionEvent) {
        match *event {
            SessionEvent::Ended { id, reason } => {
                self.forget(&id);
                if is_told_by_nobody(reason) {
                    tell(&id, reason);
                }
            }
            SessionEvent::Changed { id, version } => self.forget_older(&id, version),
        }
    }

    /// Lets go of a cached session that somebody has changed. It goes on, so nothing of it ends.
    fn forget_older(&self, id: &HashedSessionId, version: u64) {
        // Whoever loads the row meanwhile may have read the old one.
        self.endings.fetch_add(1, Ordering::AcqRel);
        if self.live.peek(id).is_some_and(|known| known.version() < version) {
            self.live.remove(id);
        }
    }

    /// Nothing cached counts any more. Streams stay until it is known that their session has ended.
    fn forget_cached(&self) {
        self.endings.fetch_add(1, Ordering::AcqRel);
        self.live.clear();
        self.streams.doubt_all();
    }

    /// Whether a cached session that the store confirmed at `confirmed_at` may be used.
    pub(super) fn belief(&self, confirmed_at: Timestamp, now: Timestamp) -> Belief {
        let heard = Timestamp::from_millis(self.following.heard.load(Ordering::Acquire));
        let known_at = confirmed_at.max(heard);
        match now.since(known_at) {
            silence if silence <= DEAF_AFTER => Belief::Believed,
            silence if silence <= BELIEVED_FOR => Belief::Doubted,
            _ => Belief::Outdated,
        }
    }
}

/// What ends a session beside a sign-in, or from a command, is in no process's log until its event is read.
const fn is_told_by_nobody(reason: EndReason) -> bool {
    matches!(reason, EndReason::Replaced | EndReason::RevokedByOperator)
}
