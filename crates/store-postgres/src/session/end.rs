//! How sessions end.

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{EndOutcome, ProviderSelector, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::ended::ended;
use super::live::current_version;
use crate::database::{Answer, Database, Values};
use crate::rows;
use crate::statement::{Repeat, Statement};

/// How often a session may have got another version between two looks at it.
const LOOKS: u32 = 10;

/// A statement that removes the rows that `$which` names, remembers why and tells everybody. `$1` is the reason, `$2`
/// the time.
macro_rules! end_statement {
    ($which:literal, $repeat:expr, [$($type:expr),*]) => {
        Statement {
            text: concat!(
                "WITH gone AS (DELETE FROM crossgate.session WHERE ", $which, " RETURNING id, subject
                ), remembered AS (
                    INSERT INTO crossgate.ended_session (id, subject, ended_at, reason)
                    SELECT id, subject, $2, $1 FROM gone
                    ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, reason = excluded.reason
                ), noted AS (
                    INSERT INTO crossgate.noted_event (session, reason, noted_at) SELECT id, $1, $2 FROM gone
                )
                SELECT id, subject FROM gone"
            ),
            types: &[Type::TEXT, Type::INT8, $($type),*],
            repeat: $repeat,
        }
    };
}

/// Sent twice it finds nothing; what it did is then in what is remembered.
const END: Statement = end_statement!("id = $3", Repeat::Harmless, [Type::BYTEA]);

const END_UNCHANGED: Statement =
    end_statement!("id = $3 AND version = $4", Repeat::Harmless, [Type::BYTEA, Type::INT8]);

/// Where several rows end they are locked in one order, so that two statements never wait for each other, and found
/// again by their ids in an array: for a join the planner may read the whole table. Sent twice, the second answer would
/// not have the sessions that the first one ended.
const END_ALL_OF: Statement = end_statement!(
    "id = ANY (ARRAY (SELECT id FROM crossgate.session WHERE subject = $3 ORDER BY id FOR UPDATE))",
    Repeat::Never,
    [Type::TEXT]
);

const END_ALL_OF_PROVIDER_SUBJECT: Statement = end_statement!(
    "id = ANY (ARRAY (SELECT id FROM crossgate.session WHERE provider_subject = $3 ORDER BY id FOR UPDATE))",
    Repeat::Never,
    [Type::BYTEA]
);

const END_ALL_OF_PROVIDER_SESSION: Statement = end_statement!(
    "id = ANY (ARRAY (SELECT id FROM crossgate.session WHERE provider_session = $3 ORDER BY id FOR UPDATE))",
    Repeat::Never,
    [Type::BYTEA]
);

const END_ALL_OF_PROVIDER_BOTH: Statement = end_statement!(
    "id = ANY (ARRAY (SELECT id FROM crossgate.session WHERE provider_subject = $3
        AND (provider_session = $4 OR provider_session IS NULL) ORDER BY id FOR UPDATE))",
    Repeat::Never,
    [Type::BYTEA, Type::BYTEA]
);

const END_ALL_BEFORE: Statement = end_statement!(
    "id = ANY (ARRAY (SELECT id FROM crossgate.session WHERE created_at < $3 ORDER BY created_at, id LIMIT $4 FOR UPDATE))",
    Repeat::Never,
    [Type::INT8, Type::INT8]
);

/// Why and when sessions end.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    pub(super) reason: EndReason,
    pub(super) now: Timestamp,
}

/// What became of one session.
struct End {
    ended: Option<EndedSession>,
    /// Whether there was a row. A damaged one has nobody to name.
    is_found: bool,
}

pub(super) async fn end(
    database: &Database,
    id: HashedSessionId,
    ending: Ending,
) -> Result<Option<EndedSession>, StoreError> {
    let (reason, now) = (ending.reason.code(), ending.now.as_millis());
    let values: Values<'_> = &[&reason, &now, &id.as_bytes().as_slice()];
    Ok(end_one(database, &END, values, (id, ending)).await?.ended)
}

pub(super) async fn end_unchanged(
    database: &Database,
    id: HashedSessionId,
    version: u64,
    ending: Ending,
) -> Result<EndOutcome, StoreError> {
    let (reason, now) = (ending.reason.code(), ending.now.as_millis());
    let values: Values<'_> = &[&reason, &now, &id.as_bytes().as_slice(), &version.cast_signed()];
    for _ in 0..LOOKS {
        match end_one(database, &END_UNCHANGED, values, (id, ending)).await? {
            End { ended: Some(ended), .. } => return Ok(EndOutcome::Ended(ended)),
            End { is_found: true, .. } => return Ok(EndOutcome::Gone),
            End { .. } => {}
        }
        match current_version(database, id).await? {
            None => return Ok(EndOutcome::Gone),
            Some(current) if current != version => return Ok(EndOutcome::Stale { current }),
            // It has just come to this version.
            Some(_) => {}
        }
    }
    Err(StoreError::unavailable("a session changes all the time"))
}

async fn end_one(
    database: &Database,
    statement: &Statement,
    values: Values<'_>,
    (id, ending): (HashedSessionId, Ending),
) -> Result<End, StoreError> {
    let Answer { rows, may_be_done_before } = database.attempt(statement, values).await?;
    if !rows.is_empty() {
        return Ok(End { ended: tell(database, &rows, ending).pop(), is_found: true });
    }
    if !may_be_done_before {
        return Ok(End { ended: None, is_found: false });
    }
    let ended = ended(database, id).await?;
    let ended = ended.filter(|ended| ended.reason == ending.reason && ended.ended_at == ending.now);
    database.announce();
    Ok(End { is_found: ended.is_some(), ended })
}

pub(super) async fn end_all_of(
    database: &Database,
    subject: &Subject,
    ending: Ending,
) -> Result<Vec<EndedSession>, StoreError> {
    end_many(database, &END_ALL_OF, &[&subject.as_str()], ending).await
}

pub(super) async fn end_all_of_provider(
    database: &Database,
    key: ProviderSelector,
    ending: Ending,
) -> Result<Vec<EndedSession>, StoreError> {
    match key {
        ProviderSelector::Subject(subject) => {
            let which: Values<'_> = &[&subject.as_bytes().as_slice()];
            end_many(database, &END_ALL_OF_PROVIDER_SUBJECT, which, ending).await
        }
        ProviderSelector::Session(session) => {
            let which: Values<'_> = &[&session.as_bytes().as_slice()];
            end_many(database, &END_ALL_OF_PROVIDER_SESSION, which, ending).await
        }
        ProviderSelector::Both { subject, session } => {
            let which: Values<'_> = &[&subject.as_bytes().as_slice(), &session.as_bytes().as_slice()];
            end_many(database, &END_ALL_OF_PROVIDER_BOTH, which, ending).await
        }
    }
}

pub(super) async fn end_all_before(
    database: &Database,
    created_before: Timestamp,
    ending: Ending,
    limit: usize,
) -> Result<Vec<EndedSession>, StoreError> {
    let which: Values<'_> = &[&created_before.as_millis(), &rows::limit(limit)];
    end_many(database, &END_ALL_BEFORE, which, ending).await
}

async fn end_many(
    database: &Database,
    statement: &Statement,
    which: Values<'_>,
    ending: Ending,
) -> Result<Vec<EndedSession>, StoreError> {
    let (reason, now) = (ending.reason.code(), ending.now.as_millis());
    let mut values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> = vec![&reason, &now];
    values.extend(which);
    Ok(tell(database, &database.query(statement, &values).await?, ending))
}

/// What ended, after the others were told.
fn tell(database: &Database, gone: &[Row], Ending { reason, now }: Ending) -> Vec<EndedSession> {
    if !gone.is_empty() {
        database.announce();
    }
    gone.iter().filter_map(|row| ended_session(row, reason, now)).collect()
}

/// What was removed. A row that is damaged is removed all the same, because refusing would keep it forever, but there
/// is nobody to name.
pub(super) fn ended_session(row: &Row, reason: EndReason, now: Timestamp) -> Option<EndedSession> {
    let read = || {
        let id = rows::id(row, "id")?;
        Ok(EndedSession { id, subject: rows::subject(row, &id)?, ended_at: now, reason })
    };
    let report = |error: &StoreError| tracing::warn!(%error, "a damaged session was removed");
    read().inspect_err(report).ok()
}
