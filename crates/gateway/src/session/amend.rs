//! Changes of what a session knows: new tokens, new cookies. The row decides, never the cache.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossgate_core::session::{HashedSessionId, SessionContent, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::ReplaceOutcome;

use super::answer::SessionFault;
use super::live::LiveSession;
use super::service::Sessions;

/// Writers that may come first, one after the other, before a change is given up.
const ATTEMPTS: usize = 200;

impl Sessions {
    /// Applies a change to the content as it is stored, and stores it. None where the session has ended: nothing brings
    /// it back. Where somebody else wrote in between, the change is applied to what they wrote. A change that says it is
    /// none is not written.
    pub(crate) async fn amend(
        &self,
        id: HashedSessionId,
        change: &dyn Fn(&mut SessionContent) -> bool,
        now: Timestamp,
    ) -> Result<Option<Arc<LiveSession>>, SessionFault> {
        for _ in 0..ATTEMPTS {
            let Some(record) = self.store.load(id).await? else {
                self.forget(&id);
                return Ok(None);
            };
            let mut content = self.open(&record)?;
            if !change(&mut content) {
                return self.reload(id, now).await;
            }
            let sealed = content.seal(&id, &self.sealer, &*self.entropy)?;
            // It may end right after it was written, and its end be told before the answer to the write is here.
            let endings = self.endings.load(Ordering::Acquire);
            match self.store.replace_content(id, record.version, sealed).await? {
                ReplaceOutcome::Replaced { version } => {
                    // Whoever loads the row meanwhile may have read the old one.
                    self.endings.fetch_add(1, Ordering::AcqRel);
                    let session = self.live_session(&SessionRecord { version, ..record }, content)?;
                    return Ok(Some(self.keep_newer(session, endings.wrapping_add(1), now)));
                }
                ReplaceOutcome::Stale { .. } => {}
                ReplaceOutcome::Gone => {
                    self.forget(&id);
                    return Ok(None);
                }
            }
        }
        Err(SessionFault::Contended)
    }

    /// Reads a session from the store, whatever the cache knows.
    pub(crate) async fn reload(
        &self,
        id: HashedSessionId,
        now: Timestamp,
    ) -> Result<Option<Arc<LiveSession>>, SessionFault> {
        let endings = self.endings.load(Ordering::Acquire);
        let Some(record) = self.store.load(id).await? else {
            self.forget(&id);
            return Ok(None);
        };
        Ok(Some(self.keep_newer(self.read(record)?, endings, now)))
    }

    /// Puts a session into the cache, unless a newer one is there, or one ended meanwhile: then the row may be gone,
    /// and the next request shall ask again.
    pub(super) fn keep_newer(&self, session: LiveSession, endings: u64, now: Timestamp) -> Arc<LiveSession> {
        let (id, mut session) = (session.id(), session);
        match self.live.peek(&id) {
            Some(known) if known.version() >= session.version() => {
                if known.version() == session.version() {
                    known.confirm(now);
                }
                return known;
            }
            Some(known) => session.succeed(&known),
            None => {}
        }
        session.confirm(now);
        let session = Arc::new(session);
        self.live.insert(Arc::clone(&session));
        if self.endings.load(Ordering::Acquire) != endings {
            self.live.remove(&id);
        }
        session
    }
}
