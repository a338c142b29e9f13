//! The parts of rows: from SQL to values and back.

use crossgate_core::identity::Subject;
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Timestamp;
use crossgate_store::StoreError;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// A column of a row; a value of another type is damage.
pub(crate) fn column<'row, T: FromSql<'row>>(row: &'row Row, name: &str) -> Result<T, StoreError> {
    // The text of a failed conversion could quote what it failed on.
    row.try_get(name).map_err(|_| StoreError::damaged(format!("a value of column {name} of a row")))
}

/// Bytes of a length that is known.
fn bytes<const LENGTH: usize>(row: &Row, name: &str) -> Result<Option<[u8; LENGTH]>, StoreError> {
    let found: Option<&[u8]> = column(row, name)?;
    let exact = found.map(<[u8; LENGTH]>::try_from).transpose();
    exact.map_err(|_| StoreError::damaged(format!("a value of column {name} of a row")))
}

/// What a row is known by.
pub(crate) fn key(row: &Row, name: &str) -> Result<[u8; 32], StoreError> {
    bytes(row, name)?.ok_or_else(|| StoreError::damaged(format!("a row without {name}")))
}

pub(crate) fn id(row: &Row, name: &str) -> Result<HashedSessionId, StoreError> {
    key(row, name).map(HashedSessionId::from_bytes)
}

pub(crate) fn time(row: &Row, name: &str) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_millis(column(row, name)?))
}

/// PostgreSQL's integers are signed; the 64 bits are the same.
pub(crate) fn unsigned(row: &Row, name: &str) -> Result<u64, StoreError> {
    Ok(column::<i64>(row, name)?.cast_unsigned())
}

/// How many rows at most, as PostgreSQL takes it.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The subject of the session `id`.
pub(crate) fn subject(row: &Row, id: &HashedSessionId) -> Result<Subject, StoreError> {
    Subject::parse(column(row, "subject")?)
        .map_err(|_| StoreError::damaged(format!("the subject of session {}", id.handle())))
}

/// What the provider's logout finds the session `id` by.
pub(crate) fn provider(row: &Row, id: &HashedSessionId) -> Result<Option<ProviderKeys>, StoreError> {
    let key = |name| bytes(row, name).map(|found| found.map(ProviderKey::from_bytes));
    match (key("provider_subject")?, key("provider_session")?) {
        (Some(subject), session) => Ok(Some(ProviderKeys { subject, session })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(StoreError::damaged(format!("the provider of session {}", id.handle()))),
    }
}
