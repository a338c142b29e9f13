//! Ends that give what the session held at its very end. Whoever tells the API or the provider must have the newest
//! tokens, and those may have been renewed by somebody else a moment ago.

use std::sync::Arc;

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::{EndOutcome, StoreError};

use super::answer::SessionFault;
use super::live::LiveSession;
use super::service::Sessions;

/// Writers that may come first, one after the other, before the session ends whatever it holds.
const ATTEMPTS: usize = 20;
/// Sessions of a person that are given back at most; any further ones end all the same.
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
            let record = match self.store.load(id).await {
                Ok(Some(record)) => record,
                Ok(None) => {
                    self.forget(&id);
                    return Ok(EndedWith::default());
                }
                // What fits nothing ends all the same.
                Err(StoreError::Damaged { .. }) => break,
                Err(error) => return Err(error.into()),
            };
            match self.store.end_unchanged(id, record.version, reason, now).await? {
                EndOutcome::Ended(ended) => {
                    self.let_go(&[ended]);
                    return Ok(EndedWith {
                        count: 1,
                        sessions: self.read(record).map(Arc::new).into_iter().collect(),
                    });
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

    /// Ends all sessions of a person, at once or not at all. What they held is read just before.
    pub(crate) async fn end_all_with(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<EndedWith, SessionFault> {
        let records = self.store.list(subject.clone()).await.unwrap_or_default();
        let ended = self.end_all_of(subject, reason, now).await?;
        let has_ended = |record: &SessionRecord| ended.iter().any(|ended| ended.id == record.id);
        let records = records.into_iter().take(MOST_GIVEN).filter(has_ended);
        let sessions = records.filter_map(|record| self.read(record).map(Arc::new).ok()).collect();
        Ok(EndedWith { count: ended.len(), sessions })
    }
}
