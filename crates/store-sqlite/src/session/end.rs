//! How sessions end.

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionLifetimes, Timeout};
use crossgate_core::time::Timestamp;
use crossgate_store::{EndOutcome, ProviderSelector, StoreError};
use rusqlite::{Connection, Row, ToSql, named_params};

use super::ended;
use super::live::version_of;
use crate::error::Failure;
use crate::event;
use crate::rows;

const REMOVE: &str = "DELETE FROM session WHERE id = :id RETURNING id, subject";

const REMOVE_ALL_OF: &str = "DELETE FROM session WHERE subject = :subject RETURNING id, subject";

const REMOVE_ALL_OF_PROVIDER_SUBJECT: &str =
    "DELETE FROM session WHERE provider_subject = :subject RETURNING id, subject";

const REMOVE_ALL_OF_PROVIDER_SESSION: &str =
    "DELETE FROM session WHERE provider_session = :session RETURNING id, subject";

const REMOVE_ALL_OF_PROVIDER_BOTH: &str = "
    DELETE FROM session WHERE provider_subject = :subject
        AND (provider_session = :session OR provider_session IS NULL)
    RETURNING id, subject";

const REMOVE_OLD: &str = "
    DELETE FROM session WHERE id IN
        (SELECT id FROM session WHERE created_at <= :at_latest ORDER BY created_at LIMIT :limit)
    RETURNING id, subject";

const REMOVE_SILENT: &str = "
    DELETE FROM session WHERE id IN
        (SELECT id FROM session WHERE last_seen_at <= :at_latest ORDER BY last_seen_at LIMIT :limit)
    RETURNING id, subject";

const REMOVE_ALL_BEFORE: &str = "
    DELETE FROM session WHERE id IN
        (SELECT id FROM session WHERE created_at < :created_before ORDER BY created_at LIMIT :limit)
    RETURNING id, subject";

/// Why and when sessions end.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    pub(super) reason: EndReason,
    pub(super) now: Timestamp,
}

pub(super) fn end(
    connection: &Connection,
    id: HashedSessionId,
    ending: Ending,
) -> Result<Option<EndedSession>, Failure> {
    let ended = remove(connection, REMOVE, named_params! { ":id": id.as_bytes() }, ending)?;
    Ok(ended.into_iter().next())
}

pub(super) fn end_unchanged(
    connection: &Connection,
    id: HashedSessionId,
    version: u64,
    ending: Ending,
) -> Result<EndOutcome, Failure> {
    // The version cannot change in between: both statements are in one transaction.
    match version_of(connection, id)? {
        Some(current) if current != version => Ok(EndOutcome::Stale { current }),
        _ => Ok(end(connection, id, ending)?.map_or(EndOutcome::Gone, EndOutcome::Ended)),
    }
}

pub(super) fn end_all_of(
    connection: &Connection,
    subject: &Subject,
    ending: Ending,
) -> Result<Vec<EndedSession>, Failure> {
    remove(connection, REMOVE_ALL_OF, named_params! { ":subject": subject.as_str() }, ending)
}

pub(super) fn end_all_of_provider(
    connection: &Connection,
    key: ProviderSelector,
    ending: Ending,
) -> Result<Vec<EndedSession>, Failure> {
    match key {
        ProviderSelector::Subject(subject) => {
            let which = named_params! { ":subject": subject.as_bytes() };
            remove(connection, REMOVE_ALL_OF_PROVIDER_SUBJECT, which, ending)
        }
        ProviderSelector::Session(session) => {
            let which = named_params! { ":session": session.as_bytes() };
            remove(connection, REMOVE_ALL_OF_PROVIDER_SESSION, which, ending)
        }
        ProviderSelector::Both { subject, session } => {
            let which = named_params! { ":subject": subject.as_bytes(), ":session": session.as_bytes() };
            remove(connection, REMOVE_ALL_OF_PROVIDER_BOTH, which, ending)
        }
    }
}

pub(super) fn end_all_before(
    connection: &Connection,
    created_before: Timestamp,
    ending: Ending,
    limit: usize,
) -> Result<Vec<EndedSession>, Failure> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let which = named_params! { ":created_before": created_before.as_millis(), ":limit": limit };
    remove(connection, REMOVE_ALL_BEFORE, which, ending)
}

pub(super) fn end_expired(
    connection: &Connection,
    lifetimes: &SessionLifetimes,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<EndedSession>, Failure> {
    // The absolute timeout first: a session that passed both limits ends by it.
    let mut ended = Vec::new();
    for (statement, lifetime, timeout) in
        [(REMOVE_OLD, lifetimes.absolute, Timeout::Absolute), (REMOVE_SILENT, lifetimes.idle, Timeout::Idle)]
    {
        let left = i64::try_from(limit.saturating_sub(ended.len())).unwrap_or(i64::MAX);
        let which = named_params! { ":at_latest": now.before(lifetime).as_millis(), ":limit": left };
        ended.extend(remove(
            connection,
            statement,
            which,
            Ending { reason: EndReason::Expired(timeout), now },
        )?);
    }
    Ok(ended)
}

/// Removes what the statement names, remembers why and tells everybody.
fn remove(
    connection: &Connection,
    statement: &str,
    which: &[(&str, &dyn ToSql)],
    ending: Ending,
) -> Result<Vec<EndedSession>, Failure> {
    let mut statement = connection.prepare_cached(statement)?;
    let removed: Vec<_> = statement.query_and_then(which, removed)?.collect::<Result<_, _>>()?;
    let mut ended = Vec::with_capacity(removed.len());
    for Removed { id, subject } in removed.into_iter().flatten() {
        event::note_ended(connection, &id, ending.reason, ending.now)?;
        if let Some(subject) = subject {
            let session = EndedSession { id, subject, ended_at: ending.now, reason: ending.reason };
            ended::remember(connection, &session)?;
            ended.push(session);
        }
    }
    Ok(ended)
}

/// A session that is gone.
struct Removed {
    id: HashedSessionId,
    /// Unknown where the row was damaged.
    subject: Option<Subject>,
}

/// What was removed. A row that is damaged is removed all the same, because refusing would keep it forever, but
/// there is nobody to remember.
fn removed(row: &Row<'_>) -> Result<Option<Removed>, Failure> {
    let Some(id) = unless_damaged(rows::id(row, "id"))? else { return Ok(None) };
    Ok(Some(Removed { id, subject: unless_damaged(rows::subject(row, &id))? }))
}

fn unless_damaged<T>(read: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Failure(error @ StoreError::Damaged { .. })) => {
            tracing::warn!(%error, "a damaged session was removed");
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn the_logout_of_a_provider_reads_no_row_that_it_is_not_about() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for statement in
            [REMOVE_ALL_OF_PROVIDER_SUBJECT, REMOVE_ALL_OF_PROVIDER_SESSION, REMOVE_ALL_OF_PROVIDER_BOTH]
        {
            let unset: &[(&str, &dyn ToSql)] = &[];
            let plan = format!("EXPLAIN QUERY PLAN {statement}");
            let step: String = connection.query_row(&plan, unset, |row| row.get("detail")).unwrap();
            assert!(step.starts_with("SEARCH") && step.contains("INDEX session_by_provider"), "{step}");
        }
    }
}
