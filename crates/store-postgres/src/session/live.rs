//! Sessions that live: begin, find, change.

use std::collections::BTreeMap;

use crossgate_core::identity::Subject;
use crossgate_core::provider::ProviderKey;
use crossgate_core::session::{EndReason, HashedSessionId, SessionHandle, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::{Activity, NewSession, ReplaceOutcome, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Answer, Database, Values};
use crate::failure::Failure;
use crate::rows;
use crate::statement::{Repeat, Statement};

/// Begins the session `$1` and ends `$9`, if the first happens. Sent twice it finds its own row.
const CREATE: Statement = Statement {
    text: "
        WITH made AS (
            INSERT INTO crossgate.session
                (id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8
            WHERE NOT EXISTS (SELECT 1 FROM crossgate.ended_session WHERE id = $1)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
        ), gone AS (
            DELETE FROM crossgate.session WHERE id = $9 AND id <> $1 AND EXISTS (SELECT 1 FROM made)
            RETURNING id, subject
        ), remembered AS (
            INSERT INTO crossgate.ended_session (id, subject, ended_at, reason)
            SELECT id, subject, $3, $10 FROM gone
            ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, reason = excluded.reason
        ), noted AS (
            INSERT INTO crossgate.noted_event (session, reason, noted_at) SELECT id, $10, $3 FROM gone
        )
        SELECT EXISTS (SELECT 1 FROM made) AS is_made, EXISTS (SELECT 1 FROM gone) AS is_replaced",
    types: &[
        Type::BYTEA,
        Type::TEXT,
        Type::INT8,
        Type::INT8,
        Type::BYTEA,
        Type::BYTEA,
        Type::INT8,
        Type::BYTEA,
        Type::BYTEA,
        Type::TEXT,
    ],
    repeat: Repeat::Harmless,
};

const LOAD: Statement = Statement {
    text: "
        SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
        FROM crossgate.session WHERE id = $1",
    types: &[Type::BYTEA],
    repeat: Repeat::Harmless,
};

const LOAD_BY_HANDLE: Statement = Statement {
    text: "
        SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
        FROM crossgate.session WHERE id BETWEEN $1 AND $2 LIMIT 1",
    types: &[Type::BYTEA, Type::BYTEA],
    repeat: Repeat::Harmless,
};

const LIST: Statement = Statement {
    text: "
        SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
        FROM crossgate.session WHERE subject = $1 ORDER BY created_at DESC, id DESC",
    types: &[Type::TEXT],
    repeat: Repeat::Harmless,
};

/// Nothing is before the empty id.
const LIST_ALL: Statement = Statement {
    text: "
        SELECT id, subject, created_at, last_seen_at, provider_subject, provider_session, version, sealed
        FROM crossgate.session WHERE id > $1 ORDER BY id LIMIT $2",
    types: &[Type::BYTEA, Type::INT8],
    repeat: Repeat::Harmless,
};

/// Rows are locked in the order of their ids, so that two batches never wait for each other. That somebody was here
/// counts from the next one on where a crash loses it, so the disk is not waited for.
const TOUCH: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        ), seen AS MATERIALIZED (
            SELECT session.id, batch.seen_at
            FROM hurried, unnest($1::bytea[], $2::bigint[]) AS batch (id, seen_at)
            JOIN crossgate.session ON session.id = batch.id AND session.last_seen_at < batch.seen_at
            ORDER BY session.id
            FOR NO KEY UPDATE OF session
        )
        UPDATE crossgate.session SET last_seen_at = seen.seen_at
        FROM seen WHERE session.id = seen.id AND session.last_seen_at < seen.seen_at",
    types: &[Type::BYTEA_ARRAY, Type::INT8_ARRAY],
    repeat: Repeat::Harmless,
};

/// Sent twice it finds its own version.
const REPLACE: Statement = Statement {
    text: "
        WITH changed AS (
            UPDATE crossgate.session SET version = $3, sealed = $4 WHERE id = $1 AND version = $2
            RETURNING id, version
        ), noted AS (
            INSERT INTO crossgate.noted_event (session, version) SELECT id, version FROM changed
        )
        SELECT 1 FROM changed",
    types: &[Type::BYTEA, Type::INT8, Type::INT8, Type::BYTEA],
    repeat: Repeat::Harmless,
};

const CURRENT: Statement = Statement {
    text: "SELECT version, sealed = $2 AS is_same FROM crossgate.session WHERE id = $1",
    types: &[Type::BYTEA, Type::BYTEA],
    repeat: Repeat::Harmless,
};

pub(super) async fn create(database: &Database, new: &NewSession) -> Result<(), StoreError> {
    match begin(database, new).await {
        Ok(Answer { rows, may_be_done_before }) => {
            let row = rows.first().ok_or_else(|| StoreError::damaged("an answer without a row"))?;
            if rows::column(row, "is_replaced")? {
                database.announce();
            }
            let is_made = rows::column(row, "is_made")?;
            if is_made || may_be_done_before && is_own(database, &new.record).await? {
                Ok(())
            } else {
                taken()
            }
        }
        // It ended while the statement waited for whoever ended it.
        Err(failure) if failure.is_taken() => taken(),
        Err(failure) => Err(failure.into()),
    }
}

fn taken() -> Result<(), StoreError> {
    Err(StoreError::AlreadyExists { what: "session" })
}

async fn begin(database: &Database, NewSession { record, replaces }: &NewSession) -> Result<Answer, Failure> {
    let keys = record.provider.as_ref();
    let session_there = keys.and_then(|keys| keys.session.as_ref());
    let values: Values<'_> = &[
        &record.id.as_bytes().as_slice(),
        &record.subject.as_str(),
        &record.created_at.as_millis(),
        &record.last_seen_at.as_millis(),
        &keys.map(|keys| keys.subject.as_bytes().as_slice()),
        &session_there.map(|key| ProviderKey::as_bytes(key).as_slice()),
        &record.version.cast_signed(),
        &record.sealed,
        &replaces.as_ref().map(|old| old.as_bytes().as_slice()),
        &EndReason::Replaced.code(),
    ];
    database.attempt(&CREATE, values).await
}

/// Whether it is this row that is there: sealed content is never the same twice.
async fn is_own(database: &Database, record: &SessionRecord) -> Result<bool, StoreError> {
    let found = load(database, record.id).await?;
    let is_own = found.is_some_and(|found| found == *record);
    if is_own {
        // The session that it replaced may have ended then.
        database.announce();
    }
    Ok(is_own)
}

pub(super) async fn load(
    database: &Database,
    id: HashedSessionId,
) -> Result<Option<SessionRecord>, StoreError> {
    Ok(find(database, &LOAD, &[&id.as_bytes().as_slice()]).await?.pop())
}

pub(super) async fn load_by_handle(
    database: &Database,
    handle: &SessionHandle,
) -> Result<Option<SessionRecord>, StoreError> {
    let ids = handle.ids();
    Ok(find(
        database,
        &LOAD_BY_HANDLE,
        &[&ids.start().as_bytes().as_slice(), &ids.end().as_bytes().as_slice()],
    )
    .await?
    .pop())
}

pub(super) async fn list(database: &Database, subject: &Subject) -> Result<Vec<SessionRecord>, StoreError> {
    find(database, &LIST, &[&subject.as_str()]).await
}

pub(super) async fn list_all(
    database: &Database,
    after: Option<HashedSessionId>,
    limit: usize,
) -> Result<Vec<SessionRecord>, StoreError> {
    let after = after.as_ref().map_or(&[][..], |id| id.as_bytes());
    find(database, &LIST_ALL, &[&after, &rows::limit(limit)]).await
}

async fn find(
    database: &Database,
    statement: &Statement,
    which: Values<'_>,
) -> Result<Vec<SessionRecord>, StoreError> {
    database.query(statement, which).await?.iter().map(record).collect()
}

fn record(row: &Row) -> Result<SessionRecord, StoreError> {
    let id = rows::id(row, "id")?;
    Ok(SessionRecord {
        id,
        subject: rows::subject(row, &id)?,
        created_at: rows::time(row, "created_at")?,
        last_seen_at: rows::time(row, "last_seen_at")?,
        provider: rows::provider(row, &id)?,
        version: rows::unsigned(row, "version")?,
        sealed: rows::column(row, "sealed")?,
    })
}

pub(super) async fn replace_content(
    database: &Database,
    id: HashedSessionId,
    version: u64,
    sealed: &[u8],
) -> Result<ReplaceOutcome, StoreError> {
    let Some(next) = version.checked_add(1) else { return after_the_last(database, id, version).await };
    let values: Values<'_> =
        &[&id.as_bytes().as_slice(), &version.cast_signed(), &next.cast_signed(), &sealed];
    let Answer { rows, may_be_done_before } = database.attempt(&REPLACE, values).await?;
    if !rows.is_empty() {
        database.announce();
        return Ok(ReplaceOutcome::Replaced { version: next });
    }
    match current(database, id, sealed).await? {
        None => Ok(ReplaceOutcome::Gone),
        Some(Current { version, is_same: true }) if may_be_done_before && version == next => {
            database.announce();
            Ok(ReplaceOutcome::Replaced { version })
        }
        Some(Current { version, .. }) => Ok(ReplaceOutcome::Stale { current: version }),
    }
}

/// A version never begins again.
async fn after_the_last(
    database: &Database,
    id: HashedSessionId,
    version: u64,
) -> Result<ReplaceOutcome, StoreError> {
    match current_version(database, id).await? {
        None => Ok(ReplaceOutcome::Gone),
        Some(current) if current != version => Ok(ReplaceOutcome::Stale { current }),
        Some(_) => Err(StoreError::damaged(format!("the version of session {}", id.handle()))),
    }
}

/// What is there now.
struct Current {
    version: u64,
    /// Whether its content is what was asked about.
    is_same: bool,
}

/// A statement of its own, because one that waited for others still sees what was there before it waited.
async fn current(
    database: &Database,
    id: HashedSessionId,
    sealed: &[u8],
) -> Result<Option<Current>, StoreError> {
    let found = database.query(&CURRENT, &[&id.as_bytes().as_slice(), &sealed]).await?;
    let read = |row| {
        Ok(Current { version: rows::unsigned(row, "version")?, is_same: rows::column(row, "is_same")? })
    };
    found.first().map(read).transpose()
}

pub(super) async fn current_version(
    database: &Database,
    id: HashedSessionId,
) -> Result<Option<u64>, StoreError> {
    Ok(current(database, id, &[]).await?.map(|current| current.version))
}

pub(super) async fn touch(database: &Database, batch: &[Activity]) -> Result<(), StoreError> {
    // A session that stands there twice was seen at the later time.
    let mut latest: BTreeMap<HashedSessionId, Timestamp> = BTreeMap::new();
    for Activity { id, seen_at } in batch {
        let known = latest.entry(*id).or_insert(*seen_at);
        *known = (*known).max(*seen_at);
    }
    if latest.is_empty() {
        return Ok(());
    }
    let ids: Vec<&[u8]> = latest.keys().map(|id| id.as_bytes().as_slice()).collect();
    let times: Vec<i64> = latest.values().map(|time| time.as_millis()).collect();
    database.query(&TOUCH, &[&ids, &times]).await?;
    Ok(())
}
