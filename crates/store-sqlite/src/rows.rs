//! The parts of rows: from SQL to values and back.

use crossgate_core::identity::Subject;
use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Timestamp;
use crossgate_store::StoreError;
use rusqlite::Row;

use crate::error::Failure;

pub(crate) fn id(row: &Row<'_>, column: &str) -> Result<HashedSessionId, Failure> {
    Ok(HashedSessionId::from_bytes(row.get(column)?))
}

pub(crate) fn time(row: &Row<'_>, column: &str) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

/// SQLite's integers are signed; the 64 bits are the same.
pub(crate) fn unsigned(row: &Row<'_>, column: &str) -> Result<u64, Failure> {
    Ok(row.get::<_, i64>(column)?.cast_unsigned())
}

/// The subject of the session `id`.
pub(crate) fn subject(row: &Row<'_>, id: &HashedSessionId) -> Result<Subject, Failure> {
    let damaged = || StoreError::damaged(format!("the subject of session {}", id.handle()));
    Ok(Subject::parse(row.get_ref("subject")?.as_str().map_err(|_| damaged())?).map_err(|_| damaged())?)
}
