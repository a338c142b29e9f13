//! What is remembered of sessions that ended.

use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionHandle};
use crossgate_store::StoreError;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::database::{Database, Values};
use crate::rows;
use crate::statement::{Repeat, Statement};

const ENDED: Statement = Statement {
    text: "SELECT id, subject, ended_at, reason FROM crossgate.ended_session WHERE id = $1",
    types: &[Type::BYTEA],
    repeat: Repeat::Harmless,
};

const ENDED_BY_HANDLE: Statement = Statement {
    text: "SELECT id, subject, ended_at, reason FROM crossgate.ended_session WHERE id BETWEEN $1 AND $2 LIMIT 1",
    types: &[Type::BYTEA, Type::BYTEA],
    repeat: Repeat::Harmless,
};

pub(super) async fn ended(
    database: &Database,
    id: HashedSessionId,
) -> Result<Option<EndedSession>, StoreError> {
    find(database, &ENDED, &[&id.as_bytes().as_slice()]).await
}

pub(super) async fn ended_by_handle(
    database: &Database,
    handle: &SessionHandle,
) -> Result<Option<EndedSession>, StoreError> {
    let ids = handle.ids();
    find(database, &ENDED_BY_HANDLE, &[&ids.start().as_bytes().as_slice(), &ids.end().as_bytes().as_slice()])
        .await
}

async fn find(
    database: &Database,
    statement: &Statement,
    which: Values<'_>,
) -> Result<Option<EndedSession>, StoreError> {
    database.query(statement, which).await?.first().map(ended_session).transpose()
}

pub(crate) fn ended_session(row: &Row) -> Result<EndedSession, StoreError> {
    let id = rows::id(row, "id")?;
    let reason = EndReason::from_code(rows::column(row, "reason")?)
        .ok_or_else(|| StoreError::damaged(format!("why session {} ended", id.handle())))?;
    Ok(EndedSession { id, subject: rows::subject(row, &id)?, ended_at: rows::time(row, "ended_at")?, reason })
}
