//! Sessions in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use crossgate_core::identity::Subject;
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord, SessionState,
};
use crossgate_core::time::Timestamp;

use super::MemoryStore;
use super::event::EventLog;
use crate::{
    Activity, ENDED_SESSION_RETENTION, EndOutcome, NewSession, ProviderSelector, ReplaceOutcome,
    SessionStore, StoreError, StoreFuture,
};

#[derive(Debug, Default)]
pub(super) struct Sessions {
    live: BTreeMap<HashedSessionId, SessionRecord>,
    pub(super) ended: BTreeMap<HashedSessionId, EndedSession>,
    pub(super) events: EventLog,
}

impl Sessions {
    fn create(&mut self, new: NewSession) -> Result<(), StoreError> {
        let NewSession { record, replaces } = new;
        if self.live.contains_key(&record.id) || self.ended.contains_key(&record.id) {
            return Err(StoreError::AlreadyExists { what: "session" });
        }
        if let Some(old) = replaces {
            self.end(old, EndReason::Replaced, record.created_at);
        }
        self.live.insert(record.id, record);
        Ok(())
    }

    fn replace_content(
        &mut self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> Result<ReplaceOutcome, StoreError> {
        let Some(record) = self.live.get_mut(&id) else { return Ok(ReplaceOutcome::Gone) };
        if record.version != version {
            return Ok(ReplaceOutcome::Stale { current: record.version });
        }
        let next = version.checked_add(1).ok_or_else(|| StoreError::damaged("a session's version"))?;
        record.version = next;
        record.sealed = sealed;
        self.events.changed(id, next);
        Ok(ReplaceOutcome::Replaced { version: next })
    }

    fn touch(&mut self, activity: Activity) {
        if let Some(record) = self.live.get_mut(&activity.id) {
            record.last_seen_at = record.last_seen_at.max(activity.seen_at);
        }
    }

    pub(super) fn end(
        &mut self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> Option<EndedSession> {
        let SessionRecord { subject, .. } = self.live.remove(&id)?;
        let ended = EndedSession { id, subject, ended_at: now, reason };
        self.ended.insert(id, ended.clone());
        self.events.ended(id, reason, now);
        Some(ended)
    }

    fn end_unchanged(
        &mut self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> EndOutcome {
        match self.live.get(&id).map(|record| record.version) {
            Some(current) if current != version => EndOutcome::Stale { current },
            _ => self.end(id, reason, now).map_or(EndOutcome::Gone, EndOutcome::Ended),
        }
    }

    fn of(&self, subject: &Subject) -> Vec<&SessionRecord> {
        self.live.values().filter(|record| record.subject == *subject).collect()
    }

    fn end_all_of(&mut self, subject: &Subject, reason: EndReason, now: Timestamp) -> Vec<EndedSession> {
        let ids = self.of(subject).into_iter().map(|record| record.id).collect();
        self.end_each(ids, reason, now)
    }

    fn end_all_of_provider(
        &mut self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> Vec<EndedSession> {
        let selected =
            |record: &&SessionRecord| record.provider.as_ref().is_some_and(|keys| key.selects(keys));
        let ids = self.live.values().filter(selected).map(|record| record.id).collect();
        self.end_each(ids, reason, now)
    }

    fn end_all_before(
        &mut self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> Vec<EndedSession> {
        let mut older: Vec<_> =
            self.live.values().filter(|record| record.created_at < created_before).collect();
        older.sort_by_key(|record| record.created_at);
        let ids = older.into_iter().take(limit).map(|record| record.id).collect();
        self.end_each(ids, reason, now)
    }

    fn end_each(
        &mut self,
        ids: Vec<HashedSessionId>,
        reason: EndReason,
        now: Timestamp,
    ) -> Vec<EndedSession> {
        ids.into_iter().filter_map(|id| self.end(id, reason, now)).collect()
    }

    fn list(&self, subject: &Subject) -> Vec<SessionRecord> {
        let mut records = self.of(subject);
        records.sort_by_key(|record| Reverse((record.created_at, record.id)));
        records.into_iter().cloned().collect()
    }

    fn end_expired(
        &mut self,
        lifetimes: &SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> Vec<EndedSession> {
        let expired = |record: &SessionRecord| match record.state(lifetimes, now) {
            SessionState::Expired(timeout) => Some((record.id, EndReason::Expired(timeout))),
            SessionState::Active | SessionState::Ended(_) => None,
        };
        let due: Vec<_> = self.live.values().filter_map(expired).take(limit).collect();
        self.ended.retain(|_, ended| ended.ended_at > now.before(ENDED_SESSION_RETENTION));
        self.events.forget(now);
        due.into_iter().filter_map(|(id, reason)| self.end(id, reason, now)).collect()
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> Vec<SessionRecord> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.live.range((start, Bound::Unbounded)).take(limit).map(|(_, record)| record.clone()).collect()
    }
}

/// What is kept for the session of this name.
fn by_handle<T: Clone>(rows: &BTreeMap<HashedSessionId, T>, handle: &SessionHandle) -> Option<T> {
    rows.range(handle.ids()).next().map(|(_, row)| row.clone())
}

impl SessionStore for MemoryStore {
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()> {
        self.with(|tables| tables.sessions.create(new))
    }

    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.with(move |tables| Ok(tables.sessions.live.get(&id).cloned()))
    }

    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome> {
        self.with(move |tables| tables.sessions.replace_content(id, version, sealed))
    }

    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()> {
        self.with(|tables| {
            batch.into_iter().for_each(|activity| tables.sessions.touch(activity));
            Ok(())
        })
    }

    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>> {
        self.with(move |tables| Ok(tables.sessions.end(id, reason, now)))
    }

    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome> {
        self.with(move |tables| Ok(tables.sessions.end_unchanged(id, version, reason, now)))
    }

    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.with(move |tables| Ok(tables.sessions.end_all_of(&subject, reason, now)))
    }

    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.with(move |tables| Ok(tables.sessions.end_all_of_provider(key, reason, now)))
    }

    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.with(move |tables| Ok(tables.sessions.end_all_before(created_before, reason, now, limit)))
    }

    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.with(move |tables| Ok(tables.sessions.list(&subject)))
    }

    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.with(move |tables| {
            tables.leases.forget(now);
            Ok(tables.sessions.end_expired(&lifetimes, now, limit))
        })
    }

    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>> {
        self.with(move |tables| Ok(tables.sessions.ended.get(&id).cloned()))
    }

    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>> {
        self.with(move |tables| Ok(by_handle(&tables.sessions.live, &handle)))
    }

    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>> {
        self.with(move |tables| Ok(by_handle(&tables.sessions.ended, &handle)))
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.with(move |tables| Ok(tables.sessions.list_all(after, limit)))
    }
}
