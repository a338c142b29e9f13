//! The sessions part of the port. What each method does is in the modules below.

mod begin;
mod change;
mod end;
mod find;
mod many;
mod place;

use crossgate_core::identity::Subject;
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{
    Activity, EndOutcome, NewSession, ProviderSelector, ReplaceOutcome, SessionStore, StoreFuture,
};

use crate::ValkeyStore;
use crate::endings::Ending;

impl SessionStore for ValkeyStore {
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()> {
        self.ask(|keeper| async move { keeper.create(new).await })
    }

    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.ask(move |keeper| async move { keeper.load(id).await })
    }

    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome> {
        self.ask(move |keeper| async move { keeper.replace_content(id, version, sealed).await })
    }

    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()> {
        self.ask(move |keeper| async move { keeper.touch(batch).await })
    }

    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(move |keeper| async move { keeper.end(id, Ending { reason, now }).await })
    }

    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome> {
        self.ask(move |keeper| async move { keeper.end_unchanged(id, version, Ending { reason, now }).await })
    }

    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(move |keeper| async move { keeper.end_all_of(&subject, Ending { reason, now }).await })
    }

    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(move |keeper| async move { keeper.end_all_of_provider(key, Ending { reason, now }).await })
    }

    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(move |keeper| async move {
            keeper.end_all_before(created_before, Ending { reason, now }, limit).await
        })
    }

    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.ask(move |keeper| async move { keeper.list(&subject).await })
    }

    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(move |keeper| async move { keeper.end_expired(lifetimes, now, limit).await })
    }

    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(move |keeper| async move { keeper.ended(id).await })
    }

    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>> {
        self.ask(move |keeper| async move { keeper.load_by_handle(&handle).await })
    }

    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(move |keeper| async move { keeper.ended_by_handle(&handle).await })
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.ask(move |keeper| async move { keeper.list_all(after, limit).await })
    }
}
