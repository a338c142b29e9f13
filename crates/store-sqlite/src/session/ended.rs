//! What is remembered of sessions that ended.

use crossgate_core::session::{EndedSession, HashedSessionId, SessionHandle};
use crossgate_core::time::Timestamp;
use crossgate_store::ENDED_SESSION_RETENTION;
use rusqlite::{Connection, ToSql, named_params};

use super::end::{self, Ending};
use crate::error::Failure;
use crate::rows;
use crate::{event, lease};

const REMEMBER: &str = "
    INSERT OR REPLACE INTO ended_session (id, subject, ended_at, reason)
    VALUES (:id, :subject, :ended_at, :reason)";

const FORGET: &str = "DELETE FROM ended_session WHERE ended_at <= :at_latest";

const ENDED: &str = "SELECT id, subject, ended_at, reason FROM ended_session WHERE id = :id";

pub(super) const ENDED_BY_HANDLE: &str = "
    SELECT id, subject, ended_at, reason FROM ended_session WHERE id BETWEEN :first AND :last LIMIT 1";

pub(super) fn remember(connection: &Connection, ended: &EndedSession) -> Result<(), Failure> {
    connection.prepare_cached(REMEMBER)?.execute(named_params! {
        ":id": ended.id.as_bytes(),
        ":subject": ended.subject.as_str(),
        ":ended_at": ended.ended_at.as_millis(),
        ":reason": ended.reason.code(),
    })?;
    Ok(())
}

/// Forgets what was kept for long enough, of everything that is kept for a while.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let at_latest = now.before(ENDED_SESSION_RETENTION).as_millis();
    connection.prepare_cached(FORGET)?.execute(named_params! { ":at_latest": at_latest })?;
    lease::forget(connection, now)?;
    event::forget(connection, now)
}

pub(super) fn ended(connection: &Connection, id: HashedSessionId) -> Result<Option<EndedSession>, Failure> {
    find(connection, ENDED, named_params! { ":id": id.as_bytes() })
}

pub(super) fn ended_by_handle(
    connection: &Connection,
    handle: &SessionHandle,
) -> Result<Option<EndedSession>, Failure> {
    let ids = handle.ids();
    find(
        connection,
        ENDED_BY_HANDLE,
        named_params! { ":first": ids.start().as_bytes(), ":last": ids.end().as_bytes() },
    )
}

fn find(
    connection: &Connection,
    statement: &str,
    which: &[(&str, &dyn ToSql)],
) -> Result<Option<EndedSession>, Failure> {
    let mut statement = connection.prepare_cached(statement)?;
    let mut found = statement.query(which)?;
    found.next()?.map(rows::ended_session).transpose()
}

/// Remembers what another store knows of ended sessions, and ends those of them that live here; gives how many.
pub(crate) fn take_over_ended(connection: &Connection, batch: &[EndedSession]) -> Result<usize, Failure> {
    let mut lived = 0;
    for known in batch {
        match end::end(connection, known.id, Ending { reason: known.reason, now: known.ended_at })? {
            Some(_) => lived += 1,
            None => remember_unless_known(connection, known)?,
        }
    }
    Ok(lived)
}

fn remember_unless_known(connection: &Connection, known: &EndedSession) -> Result<(), Failure> {
    if ended(connection, known.id)?.is_none() {
        remember(connection, known)?;
    }
    Ok(())
}
