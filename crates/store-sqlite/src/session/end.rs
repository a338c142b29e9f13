//! How sessions end, and what is remembered of it.

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionLifetimes, Timeout};
use crossgate_core::time::Timestamp;
use crossgate_store::{ENDED_SESSION_RETENTION, ProviderSelector, StoreError};
use rusqlite::{Connection, Row, ToSql, named_params};

use crate::error::Failure;
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

const REMEMBER: &str = "
    INSERT OR REPLACE INTO ended_session (id, subject, ended_at, reason)
    VALUES (:id, :subject, :ended_at, :reason)";

const FORGET: &str = "DELETE FROM ended_session WHERE ended_at <= :at_latest";

const ENDED: &str = "SELECT id, subject, ended_at, reason FROM ended_session WHERE id = :id";

/// Why and when sessions end.
#[derive(Clone, Copy)]
struct Ending {
    reason: EndReason,
    now: Timestamp,
}

pub(super) fn end(
    connection: &Connection,
    id: HashedSessionId,
    reason: EndReason,
    now: Timestamp,
) -> Result<Option<EndedSession>, Failure> {
    let ended = remove(connection, REMOVE, named_params! { ":id": id.as_bytes() }, Ending { reason, now })?;
    Ok(ended.into_iter().next())
}

pub(super) fn end_all_of(
    connection: &Connection,
    subject: &Subject,
    reason: EndReason,
    now: Timestamp,
) -> Result<Vec<EndedSession>, Failure> {
    remove(connection, REMOVE_ALL_OF, named_params! { ":subject": subject.as_str() }, Ending { reason, now })
}

pub(super) fn end_all_of_provider(
    connection: &Connection,
    key: ProviderSelector,
    reason: EndReason,
    now: Timestamp,
) -> Result<Vec<EndedSession>, Failure> {
    let ending = Ending { reason, now };
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

pub(super) fn end_expired(
    connection: &Connection,
    lifetimes: &SessionLifetimes,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<EndedSession>, Failure> {
    forget(connection, now)?;
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

fn forget(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let at_latest = now.before(ENDED_SESSION_RETENTION).as_millis();
    connection.prepare_cached(FORGET)?.execute(named_params! { ":at_latest": at_latest })?;
    Ok(())
}

/// Removes what the statement names and remembers why.
fn remove(
    connection: &Connection,
    statement: &str,
    which: &[(&str, &dyn ToSql)],
    ending: Ending,
) -> Result<Vec<EndedSession>, Failure> {
    let mut statement = connection.prepare_cached(statement)?;
    let removed: Vec<_> = statement.query_and_then(which, removed)?.collect::<Result<_, _>>()?;
    let mut ended = Vec::with_capacity(removed.len());
    for (id, subject) in removed.into_iter().flatten() {
        ended.push(remember(connection, id, subject, ending)?);
    }
    Ok(ended)
}

/// Who was removed. A row that is damaged is removed all the same, because refusing would keep it forever, but
/// there is nobody to remember.
fn removed(row: &Row<'_>) -> Result<Option<(HashedSessionId, Subject)>, Failure> {
    match rows::id(row, "id").and_then(|id| Ok((id, rows::subject(row, &id)?))) {
        Ok(who) => Ok(Some(who)),
        Err(Failure(error @ StoreError::Damaged { .. })) => {
            tracing::warn!(%error, "a damaged session was removed");
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn remember(
    connection: &Connection,
    id: HashedSessionId,
    subject: Subject,
    Ending { reason, now }: Ending,
) -> Result<EndedSession, Failure> {
    connection.prepare_cached(REMEMBER)?.execute(named_params! {
        ":id": id.as_bytes(),
        ":subject": subject.as_str(),
        ":ended_at": now.as_millis(),
        ":reason": reason.code(),
    })?;
    Ok(EndedSession { id, subject, ended_at: now, reason })
}

pub(super) fn ended(connection: &Connection, id: HashedSessionId) -> Result<Option<EndedSession>, Failure> {
    let mut statement = connection.prepare_cached(ENDED)?;
    let mut found = statement.query(named_params! { ":id": id.as_bytes() })?;
    found.next()?.map(ended_session).transpose()
}

fn ended_session(row: &Row<'_>) -> Result<EndedSession, Failure> {
    let id = rows::id(row, "id")?;
    let reason = EndReason::from_code(&row.get::<_, String>("reason")?)
        .ok_or_else(|| StoreError::damaged(format!("why session {} ended", id.handle())))?;
    Ok(EndedSession { id, subject: rows::subject(row, &id)?, ended_at: rows::time(row, "ended_at")?, reason })
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
