//! How sessions end: in the store first, then in this process.

use std::sync::atomic::Ordering;

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{EndOutcome, ProviderSelector};

use super::answer::SessionFault;
use super::live::LiveSession;
use super::service::Sessions;

impl Sessions {
    /// Ends one session. Its row is gone when this resolves.
    pub(crate) async fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<Option<EndedSession>, SessionFault> {
        let ended = self.store.end(id, reason, now).await?;
        match &ended {
            Some(ended) => self.let_go(std::slice::from_ref(ended)),
            // Somebody else has ended it.
            None => self.forget(&id),
        }
        Ok(ended)
    }

    /// Ends all sessions of a person.
    pub(crate) async fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<Vec<EndedSession>, SessionFault> {
        let ended = self.store.end_all_of(subject, reason, now).await?;
        self.let_go(&ended);
        Ok(ended)
    }

    /// Ends the sessions that a provider says have ended there.
    pub(crate) async fn end_all_of_provider(
        &self,
        selector: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<Vec<EndedSession>, SessionFault> {
        let ended = self.store.end_all_of_provider(selector, reason, now).await?;
        self.let_go(&ended);
        Ok(ended)
    }

    /// Ends a session because of what this form of it holds. False where somebody changed it meanwhile: it goes on.
    pub(crate) async fn end_unchanged(
        &self,
        session: &LiveSession,
        reason: EndReason,
        now: Timestamp,
    ) -> Result<bool, SessionFault> {
        let id = session.id();
        match self.store.end_unchanged(id, session.version(), reason, now).await? {
            EndOutcome::Stale { .. } => Ok(false),
            EndOutcome::Ended(ended) => {
                self.let_go(&[ended]);
                Ok(true)
            }
            EndOutcome::Gone => {
                self.forget(&id);
                Ok(true)
            }
        }
    }

    /// The store has ended them: so does this process.
    pub(super) fn let_go(&self, ended: &[EndedSession]) {
        for EndedSession { id, reason, .. } in ended {
            self.forget(id);
            tell(id, *reason);
        }
    }

    /// The order matters: the row is gone, then loads are warned, then the cache is cleared, then streams end.
    pub(super) fn forget(&self, id: &HashedSessionId) {
        self.endings.fetch_add(1, Ordering::AcqRel);
        if let Some(session) = self.live.remove(id) {
            session.mark_ended();
        }
        self.streams.end(id);
    }
}

/// The operator reads why.
pub(super) fn tell(id: &HashedSessionId, reason: EndReason) {
    tracing::info!(target: "crossgate::session", session = %id.handle(), reason = reason.code(), "a session ended");
}
