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
            let version = record.version;
            let session = self.as_it_is(record);
            match self.store.end_unchanged(id, version, reason, now).await? {
                EndOutcome::Ended(ended) => {
                    self.let_go(&[ended]);
                    return Ok(EndedWith { count: 1, sessions: session.into_iter().collect() });
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
        let sessions: Vec<_> =
            records.into_iter().take(MOST_GIVEN).filter_map(|record| self.as_it_is(record)).collect();
        let ended = self.end_all_of(subject, reason, now).await?;
        let has_ended = |session: &Arc<LiveSession>| ended.iter().any(|ended| ended.id == session.id());
        let sessions = sessions.into_iter().filter(has_ended).collect();
        Ok(EndedWith { count: ended.len(), sessions })
    }

    /// The session in a row, with the token that was signed for it last, where the cache has that very form of it: an API
    /// that knows tokens by their `jti` is to be told of the one that it has seen.
    fn as_it_is(&self, record: SessionRecord) -> Option<Arc<LiveSession>> {
        let known = self.live.peek(&record.id).filter(|known| known.version() == record.version);
        known.or_else(|| self.read(record).map(Arc::new).ok())
    }
}
