//! The sessions part of the port.

use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord,
};
use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// How long a store remembers why a session ended.
pub const ENDED_SESSION_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The session.
    pub record: SessionRecord,
    /// The session that this browser had before. It need not exist any more.
    pub replaces: Option<HashedSessionId>,
}

/// That a session was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// Which session.
    pub id: HashedSessionId,
    /// When.
    pub seen_at: Timestamp,
}

/// What became of a replacement of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceOutcome {
    /// It is stored.
    Replaced {
        /// The version it is stored under.
        version: u64,
    },
    /// Somebody else was first; nothing was stored.
    Stale {
        /// The version that is there.
        current: u64,
    },
    /// The session ended; nothing was stored, and nothing came back to life.
    Gone,
}

/// What became of an end that was for one version of the content only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndOutcome {
    /// It ended.
    Ended(EndedSession),
    /// Somebody changed it before; it goes on.
    Stale {
        /// The version that is there.
        current: u64,
    },
    /// It had ended.
    Gone,
}

/// Which sessions the logout of a provider is about (OIDC Back-Channel Logout §2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderSelector {
    /// All sessions of a person at the provider.
    Subject(ProviderKey),
    /// The sessions that belong to a session at the provider.
    Session(ProviderKey),
    /// Those that belong to this session at the provider and are this person's; and those of this person of which
    /// nobody knows to which session there they belong, since some providers name it in their logouts only.
    Both {
        /// The person at the provider.
        subject: ProviderKey,
        /// The session at the provider.
        session: ProviderKey,
    },
}

impl ProviderSelector {
    /// Whether a session with these keys is among them.
    #[must_use]
    pub fn selects(&self, keys: &ProviderKeys) -> bool {
        match *self {
            Self::Subject(subject) => keys.subject == subject,
            Self::Session(session) => keys.session == Some(session),
            Self::Both { subject, session } => {
                keys.subject == subject && keys.session.is_none_or(|known| known == session)
            }
        }
    }
}

/// Where sessions are kept. A session that ended is gone: no write brings it back.
///
/// Every method is one transaction: it happens whole or not at all. In the same transaction whatever ends a session
/// notes [`Ended`](crate::SessionEvent::Ended), and whatever replaces content [`Changed`](crate::SessionEvent::Changed).
pub trait SessionStore: Send + Sync {
    /// Begins a session and ends the one it replaces ([`EndReason::Replaced`], at the new one's `created_at`).
    /// Durable when it resolves.
    ///
    /// # Errors
    /// [`AlreadyExists`](crate::StoreError::AlreadyExists) when the id is taken, even by a session that ended.
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()>;

    /// The session, if it is there. A session whose time is up but that nobody ended yet is there.
    ///
    /// # Errors
    /// [`Damaged`](crate::StoreError::Damaged) when its row fits no session; treat it as an outage, not as absence.
    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>>;

    /// Replaces the sealed content if its version is still `version`, and counts the version up. Durable when it
    /// resolves.
    ///
    /// # Errors
    /// When the store cannot write.
    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome>;

    /// Notes activity of the sessions that still exist. Never moves a time backwards.
    ///
    /// # Errors
    /// When the store cannot write.
    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()>;

    /// Ends a session. Its row is durably gone when it resolves. `None` when there was none.
    ///
    /// # Errors
    /// When the store cannot write: the session may still live then.
    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>>;

    /// As [`end`](Self::end), if its content is still that of `version`: whoever ends it because of what it holds must
    /// not end it when it holds something else by now.
    ///
    /// # Errors
    /// When the store cannot write: the session may still live then.
    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome>;

    /// Ends all sessions of a person. Their rows are durably gone when it resolves.
    ///
    /// # Errors
    /// When the store cannot write: all of them may still live then.
    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>>;

    /// Ends all sessions that the logout of a provider is about, whosever they are here. Their rows are durably gone
    /// when it resolves.
    ///
    /// # Errors
    /// When the store cannot write: all of them may still live then.
    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>>;

    /// Ends up to `limit` sessions that began before `created_before`; those that began first, where there are more. Their
    /// rows are durably gone when it resolves. To be called again while it ends `limit` sessions.
    ///
    /// # Errors
    /// When the store cannot write: all of them may still live then.
    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>>;

    /// The sessions of a person, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>>;

    /// Ends up to `limit` sessions whose time is up ([`EndReason::Expired`]; the absolute timeout counts first) and
    /// forgets why sessions ended more than [`ENDED_SESSION_RETENTION`] ago, leases that were
    /// [abandoned long ago](crate::ABANDONED_LEASE_RETENTION) and [old events](crate::EventStore). To be called from time
    /// to time, again at once while it ends `limit` sessions.
    ///
    /// # Errors
    /// When the store cannot write.
    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>>;

    /// Why a session ended, as long as that is remembered.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>>;

    /// The session that people and operators see under this name, if it is there.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>>;

    /// Why the session ended that people and operators saw under this name, as long as that is remembered.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>>;

    /// Up to `limit` sessions in the order of their ids, from the first one after `after` on; `None` begins with the
    /// first of all.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>>;
}
