//! The parts of rows: from SQL to values and back.

use crossgate_core::identity::Subject;
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId};
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

/// Why a session ended.
pub(crate) fn ended_session(row: &Row<'_>) -> Result<EndedSession, Failure> {
    let id = id(row, "id")?;
    let reason = EndReason::from_code(&row.get::<_, String>("reason")?)
        .ok_or_else(|| StoreError::damaged(format!("why session {} ended", id.handle())))?;
    Ok(EndedSession { id, subject: subject(row, &id)?, ended_at: time(row, "ended_at")?, reason })
}

/// What the provider's logout finds the session `id` by.
pub(crate) fn provider(row: &Row<'_>, id: &HashedSessionId) -> Result<Option<ProviderKeys>, Failure> {
    match (provider_key(row, "provider_subject")?, provider_key(row, "provider_session")?) {
        (Some(subject), session) => Ok(Some(ProviderKeys { subject, session })),
        (None, None) => Ok(None),
        (None, Some(_)) => {
            Err(StoreError::damaged(format!("the provider of session {}", id.handle())).into())
        }
    }
}

fn provider_key(row: &Row<'_>, column: &str) -> Result<Option<ProviderKey>, Failure> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(ProviderKey::from_bytes))
}
