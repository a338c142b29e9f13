//! The sessions part of the port. Each method is one job; the jobs are in the modules below.

mod end;
mod ended;
mod live;

use crossgate_core::identity::Subject;
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{
    Activity, EndOutcome, NewSession, ProviderSelector, ReplaceOutcome, SessionStore, StoreFuture,
};

use crate::SqliteStore;

use end::Ending;
pub(crate) use ended::take_over_ended;

impl SessionStore for SqliteStore {
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()> {
        self.write(move |connection| live::create(connection, &new))
    }

    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.read(move |connection| live::load(connection, id))
    }

    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome> {
        self.write(move |connection| live::replace_content(connection, id, version, &sealed))
    }

    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()> {
        self.write(move |connection| live::touch(connection, &batch))
    }

    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>> {
        self.write(move |connection| end::end(connection, id, Ending { reason, now }))
    }

    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome> {
        self.write(move |connection| end::end_unchanged(connection, id, version, Ending { reason, now }))
    }

    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.write(move |connection| end::end_all_of(connection, &subject, Ending { reason, now }))
    }

    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.write(move |connection| end::end_all_of_provider(connection, key, Ending { reason, now }))
    }

    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.write(move |connection| {
            end::end_all_before(connection, created_before, Ending { reason, now }, limit)
        })
    }

    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.read(move |connection| live::list(connection, &subject))
    }

    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.write(move |connection| {
            ended::forget(connection, now)?;
            end::end_expired(connection, &lifetimes, now, limit)
        })
    }

    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>> {
        self.read(move |connection| ended::ended(connection, id))
    }

    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>> {
        self.read(move |connection| live::load_by_handle(connection, &handle))
    }

    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>> {
        self.read(move |connection| ended::ended_by_handle(connection, &handle))
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.read(move |connection| live::list_all(connection, after, limit))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, ToSql};

    use super::*;
    use crate::schema;

    #[test]
    fn looking_for_a_handle_or_the_next_of_all_reads_no_other_row() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for statement in [live::LOAD_BY_HANDLE, live::LIST_ALL, ended::ENDED_BY_HANDLE] {
            let unset: &[(&str, &dyn ToSql)] = &[];
            let plan = format!("EXPLAIN QUERY PLAN {statement}");
            let step: String = connection.query_row(&plan, unset, |row| row.get("detail")).unwrap();
            assert!(step.starts_with("SEARCH") && step.contains("(id>"), "{step}");
        }
    }
}
