//! What became of sessions.

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{
    EVENT_RETENTION, EVENTS_KEPT, EventCursor, EventStore, Events, SessionEvent, StoreFuture,
};
use rusqlite::{Connection, Row, named_params};

use crate::SqliteStore;
use crate::error::Failure;
use crate::rows;

const NOTE_ENDED: &str = "INSERT INTO event (session, reason, noted_at) VALUES (:session, :reason, :now)";

const NOTE_CHANGED: &str = "INSERT INTO event (session, version) VALUES (:session, :version)";

const NEWEST: &str = "SELECT coalesce(max(number), 0) FROM event";

const AFTER: &str = "
    SELECT number, session, reason, version FROM event WHERE number > :number ORDER BY number LIMIT :limit";

const DATE: &str = "UPDATE event SET noted_at = :now WHERE noted_at IS NULL";

/// Deletes nothing where nothing is old. What it deletes is always the beginning, so that a gap is only ever before the
/// first event.
const FORGET: &str = "
    DELETE FROM event WHERE number <= min(
        (SELECT number FROM event WHERE noted_at <= :at_latest ORDER BY noted_at DESC, number DESC LIMIT 1),
        (SELECT max(number) FROM event) - :kept)";

impl EventStore for SqliteStore {
    fn newest_event(&self) -> StoreFuture<'_, EventCursor> {
        self.read(newest)
    }

    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events> {
        self.read(move |connection| after(connection, &cursor, limit))
    }
}

fn newest(connection: &Connection) -> Result<EventCursor, Failure> {
    let number: i64 = connection.prepare_cached(NEWEST)?.query_row([], |row| row.get(0))?;
    Ok(EventCursor::new(number.cast_unsigned()))
}

/// Two statements at most, each of which goes straight to its rows; one where something happened.
fn after(connection: &Connection, cursor: &EventCursor, limit: usize) -> Result<Events, Failure> {
    let found = rows_after(connection, cursor.number(), limit.max(1))?;
    let is_incomplete = match found.first() {
        Some((first, _)) => *first != cursor.number().saturating_add(1),
        // The newest events are never deleted, so there is one, unless the cursor is of another store. What came in
        // between is found next time.
        None => newest(connection)?.number() < cursor.number(),
    };
    if is_incomplete {
        return Ok(Events { events: Vec::new(), cursor: newest(connection)?, is_incomplete });
    }
    let wanted: Vec<_> = found.into_iter().take(limit).collect();
    let cursor = wanted.last().map_or_else(|| cursor.clone(), |(number, _)| EventCursor::new(*number));
    Ok(Events { events: wanted.into_iter().map(|(_, event)| event).collect(), cursor, is_incomplete })
}

fn rows_after(
    connection: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, SessionEvent)>, Failure> {
    let which = named_params! {
        ":number": i64::try_from(after).unwrap_or(i64::MAX),
        ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
    };
    connection.prepare_cached(AFTER)?.query_and_then(which, numbered_event)?.collect()
}

fn numbered_event(row: &Row<'_>) -> Result<(u64, SessionEvent), Failure> {
    let (number, id) = (rows::unsigned(row, "number")?, rows::id(row, "session")?);
    let event = match row.get::<_, Option<String>>("reason")? {
        Some(code) => SessionEvent::Ended { id, reason: reason(&code) },
        None => SessionEvent::Changed { id, version: rows::unsigned(row, "version")? },
    };
    Ok((number, event))
}

/// A newer Crossgate on the same file may know more reasons. That the session ended is what counts.
fn reason(code: &str) -> EndReason {
    EndReason::from_code(code).unwrap_or(EndReason::RevokedByOperator)
}

/// Tells everybody that a session ended, in the transaction that removes it.
pub(crate) fn note_ended(
    connection: &Connection,
    id: &HashedSessionId,
    reason: EndReason,
    now: Timestamp,
) -> Result<(), Failure> {
    connection.prepare_cached(NOTE_ENDED)?.execute(named_params! {
        ":session": id.as_bytes(), ":reason": reason.code(), ":now": now.as_millis(),
    })?;
    Ok(())
}

/// Tells everybody that a session has new content, in the transaction that writes it.
pub(crate) fn note_changed(
    connection: &Connection,
    id: &HashedSessionId,
    version: u64,
) -> Result<(), Failure> {
    let values = named_params! { ":session": id.as_bytes(), ":version": version.cast_signed() };
    connection.prepare_cached(NOTE_CHANGED)?.execute(values)?;
    Ok(())
}

/// Forgets what is old, but never the newest events.
pub(crate) fn forget(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    connection.prepare_cached(DATE)?.execute(named_params! { ":now": now.as_millis() })?;
    connection.prepare_cached(FORGET)?.execute(named_params! {
        ":at_latest": now.before(EVENT_RETENTION).as_millis(),
        ":kept": i64::try_from(EVENTS_KEPT).unwrap_or(i64::MAX),
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::ToSql;

    use super::*;
    use crate::schema;

    #[test]
    fn asking_for_events_and_forgetting_them_reads_no_other_row() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for statement in [AFTER, NEWEST, DATE, FORGET] {
            let unset: &[(&str, &dyn ToSql)] = &[];
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let steps = plan.query_map(unset, |row| row.get::<_, String>("detail")).unwrap();
            for step in steps.map(Result::unwrap) {
                assert!(step.starts_with("SEARCH event") || step.contains("SUBQUERY"), "{statement}: {step}");
            }
        }
    }
}
