//! Sessions that live: begin, find, change.

use crossgate_core::identity::Subject;
use crossgate_core::provider::ProviderKey;
use crossgate_core::session::{EndReason, HashedSessionId, SessionHandle, SessionRecord};
use crossgate_store::{Activity, NewSession, ReplaceOutcome, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, named_params};

use super::end::{self, Ending};
use crate::error::Failure;
use crate::event;
use crate::rows;

const INSERT: &str = "
    INSERT INTO session
        (id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed)
    SELECT :id, :subject, :created_at, :last_seen_at, :provider_subject, :provider_session, :version, :sealed
    WHERE NOT EXISTS (SELECT 1 FROM ended_session WHERE id = :id)
    ON CONFLICT (id) DO NOTHING";

const LOAD: &str = "
    SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
    FROM session WHERE id = :id";

pub(super) const LOAD_BY_HANDLE: &str = "
    SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
    FROM session WHERE id BETWEEN :first AND :last LIMIT 1";

const LIST: &str = "
    SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
    FROM session WHERE subject = :subject ORDER BY created_at DESC, id DESC";

/// No blob is before the empty one.
pub(super) const LIST_ALL: &str = "
    SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
    FROM session WHERE id > :after ORDER BY id LIMIT :limit";

const TOUCH: &str = "UPDATE session SET last_seen_at = :seen_at WHERE id = :id AND last_seen_at < :seen_at";

const REPLACE: &str = "UPDATE session SET version = :next, sealed = :sealed WHERE id = :id";

pub(super) fn create(connection: &Connection, new: &NewSession) -> Result<(), Failure> {
    let NewSession { record, replaces } = new;
    if insert(connection, record)? == 0 {
        return Err(StoreError::AlreadyExists { what: "session" }.into());
    }
    if let Some(old) = replaces.filter(|old| *old != record.id) {
        end::end(connection, old, Ending { reason: EndReason::Replaced, now: record.created_at })?;
    }
    Ok(())
}

fn insert(connection: &Connection, record: &SessionRecord) -> Result<usize, Failure> {
    Ok(connection.prepare_cached(INSERT)?.execute(named_params! {
        ":id": record.id.as_bytes(),
        ":subject": record.subject.as_str(),
        ":created_at": record.created_at.as_millis(),
        ":last_seen_at": record.last_seen_at.as_millis(),
        ":provider_subject": record.provider.as_ref().map(|keys| keys.subject.as_bytes()),
        ":provider_session":
            record.provider.as_ref().and_then(|keys| keys.session.as_ref()).map(ProviderKey::as_bytes),
        ":version": record.version.cast_signed(),
        ":sealed": record.sealed,
    })?)
}

pub(super) fn load(connection: &Connection, id: HashedSessionId) -> Result<Option<SessionRecord>, Failure> {
    Ok(find(connection, LOAD, named_params! { ":id": id.as_bytes() })?.pop())
}

pub(super) fn load_by_handle(
    connection: &Connection,
    handle: &SessionHandle,
) -> Result<Option<SessionRecord>, Failure> {
    let ids = handle.ids();
    Ok(find(
        connection,
        LOAD_BY_HANDLE,
        named_params! { ":first": ids.start().as_bytes(), ":last": ids.end().as_bytes() },
    )?
    .pop())
}

pub(super) fn list(connection: &Connection, subject: &Subject) -> Result<Vec<SessionRecord>, Failure> {
    find(connection, LIST, named_params! { ":subject": subject.as_str() })
}

pub(super) fn list_all(
    connection: &Connection,
    after: Option<HashedSessionId>,
    limit: usize,
) -> Result<Vec<SessionRecord>, Failure> {
    let after = after.as_ref().map_or(&[][..], |id| id.as_bytes());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    find(connection, LIST_ALL, named_params! { ":after": after, ":limit": limit })
}

fn find(
    connection: &Connection,
    statement: &str,
    which: &[(&str, &dyn ToSql)],
) -> Result<Vec<SessionRecord>, Failure> {
    connection.prepare_cached(statement)?.query_and_then(which, record)?.collect()
}

fn record(row: &Row<'_>) -> Result<SessionRecord, Failure> {
    let id = rows::id(row, "id")?;
    Ok(SessionRecord {
        id,
        subject: rows::subject(row, &id)?,
        created_at: rows::time(row, "created_at")?,
        last_seen_at: rows::time(row, "last_seen_at")?,
        provider: rows::provider(row, &id)?,
        version: rows::unsigned(row, "version")?,
        sealed: row.get("sealed")?,
    })
}

pub(super) fn replace_content(
    connection: &Connection,
    id: HashedSessionId,
    version: u64,
    sealed: &[u8],
) -> Result<ReplaceOutcome, Failure> {
    match version_of(connection, id)? {
        None => Ok(ReplaceOutcome::Gone),
        Some(current) if current != version => Ok(ReplaceOutcome::Stale { current }),
        Some(current) => {
            let next = next_version(id, current)?;
            let values =
                named_params! { ":id": id.as_bytes(), ":next": next.cast_signed(), ":sealed": sealed };
            connection.prepare_cached(REPLACE)?.execute(values)?;
            event::note_changed(connection, &id, next)?;
            Ok(ReplaceOutcome::Replaced { version: next })
        }
    }
}

pub(super) fn version_of(connection: &Connection, id: HashedSessionId) -> Result<Option<u64>, Failure> {
    let mut statement = connection.prepare_cached("SELECT version FROM session WHERE id = :id")?;
    let version: Option<i64> =
        statement.query_row(named_params! { ":id": id.as_bytes() }, |row| row.get(0)).optional()?;
    Ok(version.map(i64::cast_unsigned))
}

fn next_version(id: HashedSessionId, current: u64) -> Result<u64, StoreError> {
    current
        .checked_add(1)
        .ok_or_else(|| StoreError::damaged(format!("the version of session {}", id.handle())))
}

pub(super) fn touch(connection: &Connection, batch: &[Activity]) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(TOUCH)?;
    for Activity { id, seen_at } in batch {
        statement.execute(named_params! { ":id": id.as_bytes(), ":seen_at": seen_at.as_millis() })?;
    }
    Ok(())
}
