//! The sessions part of the port. Each method is one piece of work; they are in the modules below.

mod end;
mod ended;
mod live;
mod sweep;

use crossgate_core::identity::Subject;
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{
    Activity, EndOutcome, NewSession, ProviderSelector, ReplaceOutcome, SessionStore, StoreFuture,
};

use crate::PostgresStore;

use end::Ending;
pub(crate) use ended::ended_session;

impl SessionStore for PostgresStore {
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()> {
        self.ask(async move |database| live::create(&database, &new).await)
    }

    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.ask(async move |database| live::load(&database, id).await)
    }

    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome> {
        self.ask(async move |database| live::replace_content(&database, id, version, &sealed).await)
    }

    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()> {
        self.ask(async move |database| live::touch(&database, &batch).await)
    }

    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(async move |database| end::end(&database, id, Ending { reason, now }).await)
    }

    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome> {
        self.ask(async move |database| {
            end::end_unchanged(&database, id, version, Ending { reason, now }).await
        })
    }

    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(async move |database| end::end_all_of(&database, &subject, Ending { reason, now }).await)
    }

    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(async move |database| end::end_all_of_provider(&database, key, Ending { reason, now }).await)
    }

    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(async move |database| {
            end::end_all_before(&database, created_before, Ending { reason, now }, limit).await
        })
    }

    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.ask(async move |database| live::list(&database, &subject).await)
    }

    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.ask(async move |database| sweep::end_expired(&database, &lifetimes, now, limit).await)
    }

    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(async move |database| ended::ended(&database, id).await)
    }

    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>> {
        self.ask(async move |database| live::load_by_handle(&database, &handle).await)
    }

    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>> {
        self.ask(async move |database| ended::ended_by_handle(&database, &handle).await)
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.ask(async move |database| live::list_all(&database, after, limit).await)
    }
}
