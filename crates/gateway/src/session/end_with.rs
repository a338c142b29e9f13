//! Ends that give what the session held at its very end. Whoever tells the API or the provider must have the newest
//! tokens, and those may have been renewed by somebody else a moment ago.

use std::sync::Arc;

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::EndOutcome;

use super::answer::SessionFault;
use super::live::LiveSession;
use super::service::Sessions;

/// Writers that may come first, one after the other, before the session ends whatever it holds.
const ATTEMPTS: usize = 20;
/// Sessions of a person that are given back one by one at most; any further ones end all the same.
const MOST_GIVEN: usize = 100;

/// Sessions that ended.
#[derive(Debug, Default)]
pub(crate) struct EndedWith {
    /// How many.
    pub(crate) count: usize,
    /// As they were. One whose content does not open is missing.
    pub(crate) sessions: Vec<Arc<LiveSession>>,
}

impl Sessions {
    /// Ends one session.
    pub(crate) async fn end_with(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<EndedWith, SessionFault> {
        for _ in 0..ATTEMPTS {
            let Some(record) = self.store.load(id).await? else {
                self.forget(&id);
                return Ok(EndedWith::default());
            };
            match self.store.end_unchanged(id, record.version, reason, now).await? {
                EndOutcome::Ended(ended) => {
                    self.let_go(&[ended]);
                    return Ok(EndedWith { count: 1, sessions: self.revive(record).into_iter().collect() });
                }
                EndOutcome::Stale { .. } => {}
                EndOutcome::Gone => {
                    self.forget(&id);
                    return Ok(EndedWith::default());
                }
            }
        }
        let count = usize::from(self.end(id, reason, now).await?.is_some());
        Ok(EndedWith { count, ..EndedWith::default() })
    }

    /// Ends all sessions of a person, those that begin meanwhile included.
    pub(crate) async fn end_all_with(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<EndedWith, SessionFault> {
        let mut all = EndedWith::default();
        for record in self.store.list(subject.clone()).await?.into_iter().take(MOST_GIVEN) {
            let EndedWith { count, sessions } = self.end_with(record.id, reason, now).await?;
            all.count += count;
            all.sessions.extend(sessions);
        }
        all.count += self.end_all_of(subject, reason, now).await?.len();
        Ok(all)
    }
}
