//! How values are written into the store, and read back.

use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::StoreError;
use redis::Value;

const SIGN: u64 = 1 << 63;

/// For so much longer than asked the server keeps what it forgets by itself: the clocks of processes differ a little.
pub(crate) const SLACK: Duration = Duration::from_secs(60);

/// The server counts milliseconds since 1970 and refuses what goes beyond its numbers.
const LONGEST_LIFETIME: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

/// A time as 8 bytes that sort as the times do.
pub(crate) fn time(time: Timestamp) -> [u8; 8] {
    (time.as_millis().cast_unsigned() ^ SIGN).to_be_bytes()
}

pub(crate) fn time_of(bytes: &[u8]) -> Result<Timestamp, StoreError> {
    let bytes = bytes.try_into().map_err(|_| unexpected())?;
    Ok(Timestamp::from_millis((u64::from_be_bytes(bytes) ^ SIGN).cast_signed()))
}

/// In how many milliseconds the server forgets what is over at `end`, as text.
pub(crate) fn lifetime(end: Timestamp, now: Timestamp) -> Vec<u8> {
    let lifetime = end.since(now).min(LONGEST_LIFETIME).saturating_add(SLACK);
    lifetime.as_millis().to_string().into_bytes()
}

pub(crate) fn id_of(bytes: &[u8]) -> Result<HashedSessionId, StoreError> {
    bytes.try_into().map(HashedSessionId::from_bytes).map_err(|_| unexpected())
}

/// An answer that no script and no command of ours gives.
pub(crate) fn unexpected() -> StoreError {
    StoreError::damaged("an answer or a value of the server that does not fit")
}

pub(crate) fn bytes(value: Value) -> Result<Vec<u8>, StoreError> {
    match value {
        Value::BulkString(bytes) => Ok(bytes),
        Value::SimpleString(text) => Ok(text.into_bytes()),
        Value::Int(number) => Ok(number.to_string().into_bytes()),
        _ => Err(unexpected()),
    }
}

pub(crate) fn some_bytes(value: Value) -> Result<Option<Vec<u8>>, StoreError> {
    if value == Value::Nil { Ok(None) } else { bytes(value).map(Some) }
}

pub(crate) fn list(value: Value) -> Result<Vec<Value>, StoreError> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(unexpected()),
    }
}

/// A list of just so many values.
pub(crate) fn exactly<const N: usize>(value: Value) -> Result<[Value; N], StoreError> {
    list(value)?.try_into().map_err(|_| unexpected())
}

pub(crate) fn byte_list(value: Value) -> Result<Vec<Vec<u8>>, StoreError> {
    list(value)?.into_iter().map(bytes).collect()
}

pub(crate) fn number(value: &Value) -> Result<i64, StoreError> {
    match value {
        Value::Int(number) => Ok(*number),
        _ => Err(unexpected()),
    }
}

/// A number that is written in decimal.
pub(crate) fn decimal(bytes: &[u8]) -> Result<u64, StoreError> {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).ok_or_else(unexpected)
}

/// A name and a value of a hash.
pub(crate) type Field = (Vec<u8>, Vec<u8>);

/// The names and values of a hash.
pub(crate) fn fields(value: Value) -> Result<Vec<Field>, StoreError> {
    let flat = match value {
        Value::Map(pairs) => pairs.into_iter().flat_map(|(name, value)| [name, value]).collect(),
        other => list(other)?,
    };
    let mut flat = flat.into_iter().map(bytes);
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        pairs.push((name?, value?));
    }
    Ok(pairs)
}

/// The session of a row; nothing where there is no row.
pub(crate) fn record(id: HashedSessionId, row: Value) -> Result<Option<SessionRecord>, StoreError> {
    let row = fields(row)?;
    if row.is_empty() {
        return Ok(None);
    }
    record_of(id, &row)
        .map(Some)
        .ok_or_else(|| StoreError::damaged(format!("the row of session {}", id.handle())))
}

fn record_of(id: HashedSessionId, row: &[Field]) -> Option<SessionRecord> {
    let field = |name: &str| row.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value);
    let time = |name: &str| time_of(field(name)?).ok();
    Some(SessionRecord {
        id,
        subject: subject(field("subject")?)?,
        created_at: time("created")?,
        last_seen_at: time("seen")?,
        provider: provider_keys(field("provider"), field("provider_session"))?,
        version: decimal(field("version")?).ok()?,
        sealed: field("sealed")?.clone(),
    })
}

/// Nothing where the keys do not fit; no keys where there are none.
fn provider_keys(subject: Option<&Vec<u8>>, session: Option<&Vec<u8>>) -> Option<Option<ProviderKeys>> {
    match (subject, session) {
        (None, None) => Some(None),
        (None, Some(_)) => None,
        (Some(subject), None) => Some(Some(ProviderKeys { subject: provider_key(subject)?, session: None })),
        (Some(subject), Some(session)) => Some(Some(ProviderKeys {
            subject: provider_key(subject)?,
            session: Some(provider_key(session)?),
        })),
    }
}

fn provider_key(bytes: &[u8]) -> Option<ProviderKey> {
    bytes.try_into().ok().map(ProviderKey::from_bytes)
}

pub(crate) fn subject(bytes: &[u8]) -> Option<Subject> {
    Subject::parse(std::str::from_utf8(bytes).ok()?).ok()
}

/// What is remembered of a session that ended: when, the length of the reason, the reason, the subject.
pub(crate) fn ended(id: HashedSessionId, bytes: &[u8]) -> Result<EndedSession, StoreError> {
    ended_of(id, bytes).ok_or_else(|| StoreError::damaged(format!("why session {} ended", id.handle())))
}

fn ended_of(id: HashedSessionId, bytes: &[u8]) -> Option<EndedSession> {
    let (at, rest) = bytes.split_at_checked(8)?;
    let (length, rest) = rest.split_first()?;
    let (reason, whose) = rest.split_at_checked(usize::from(*length))?;
    let reason = EndReason::from_code(std::str::from_utf8(reason).ok()?)?;
    Some(EndedSession { id, subject: subject(whose)?, ended_at: time_of(at).ok()?, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_bytes() {
        let times = [i64::MIN, -1000, -1, 0, 1, 1_700_000_000_000, i64::MAX].map(Timestamp::from_millis);
        assert!(times.map(time).is_sorted());
        for known in times {
            assert_eq!(time_of(&time(known)).unwrap(), known);
        }
    }
}
