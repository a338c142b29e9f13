//! What became of sessions.
//!
//! Whoever changes a session notes an event without a number, because numbers that are drawn before a commit do not
//! follow the order of commits, and a reader who has seen a later one would miss an earlier. Whoever reads first numbers
//! what has been committed. Where nothing was noted, reading is one statement that locks and writes nothing.

use std::pin::Pin;

use crossgate_core::session::EndReason;
use crossgate_core::time::Timestamp;
use crossgate_store::{
    EVENT_RETENTION, EVENTS_KEPT, EventCursor, EventStore, Events, SessionEvent, StoreError, StoreFuture,
};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::database::Database;
use crate::rows;
use crate::statement::{Repeat, Statement};

/// How many are numbered by one statement, so that none takes long.
const NUMBERED_AT_ONCE: i32 = 10_000;

/// Whether something is noted is asked in the order of places, because an index remembers which of its entries are dead
/// and the table does not.
const NEWEST: Statement = Statement {
    text: "
        SELECT newest, mark,
            (SELECT place FROM crossgate.noted_event ORDER BY place LIMIT 1) IS NOT NULL AS is_behind
        FROM crossgate.event_log LIMIT 1",
    types: &[],
    repeat: Repeat::Harmless,
};

/// From the one at the cursor on, so that it shows whether the cursor is of this log. Gives a row also where there is no
/// event, with the newest number and mark. `LIMIT 1` tells the planner that the log has one row.
const FROM: Statement = Statement {
    text: "
        SELECT log.newest, log.mark AS newest_mark,
            (SELECT place FROM crossgate.noted_event ORDER BY place LIMIT 1) IS NOT NULL AS is_behind,
            found.number, found.mark, found.session, found.reason, found.version
        FROM (SELECT newest, mark FROM crossgate.event_log LIMIT 1) AS log LEFT JOIN LATERAL (
            SELECT number, mark, session, reason, version FROM crossgate.event
            WHERE number >= $1 ORDER BY number LIMIT $2
        ) AS found ON true
        ORDER BY found.number",
    types: &[Type::INT8, Type::INT8],
    repeat: Repeat::Harmless,
};

const NUMBER: Statement = Statement {
    text: "SELECT crossgate.number_events($1) AS may_be_more",
    types: &[Type::INT4],
    repeat: Repeat::Harmless,
};

/// Gives a time to those that had none. Deletes nothing where nothing is old; what it deletes is always the beginning,
/// so that a gap is only ever before the first event. The last of those that are forgotten stays: it shows to whoever
/// knows everything up to it that nothing is missing.
const FORGET: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true) AS level
        ), old AS MATERIALIZED (
            SELECT number FROM crossgate.event WHERE noted_at <= $2 ORDER BY noted_at DESC, number DESC LIMIT 1
        ), dated AS (
            UPDATE crossgate.event SET noted_at = $1
            WHERE noted_at IS NULL AND number > coalesce((SELECT number FROM old), -1)
        ), forgotten AS (
            DELETE FROM crossgate.event WHERE number <
                least((SELECT number FROM old), (SELECT newest FROM crossgate.event_log) - $3)
                AND EXISTS (SELECT 1 FROM old)
        )
        SELECT level FROM hurried",
    types: &[Type::INT8, Type::INT8, Type::INT8],
    repeat: Repeat::Harmless,
};

impl EventStore for PostgresStore {
    fn newest_event(&self) -> StoreFuture<'_, EventCursor> {
        self.ask(async move |database| newest(&database).await)
    }

    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events> {
        self.ask(async move |database| after(&database, cursor, limit).await)
    }

    fn woken(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.ear.woken())
    }
}

async fn newest(database: &Database) -> Result<EventCursor, StoreError> {
    let mut row = database.query_one(&NEWEST, &[]).await?;
    if rows::column(&row, "is_behind")? {
        number(database).await?;
        row = database.query_one(&NEWEST, &[]).await?;
    }
    Place::read(&row, "newest", "mark").map(Place::cursor)
}

/// Numbers what was committed before this began.
async fn number(database: &Database) -> Result<(), StoreError> {
    while rows::column(&database.query_one(&NUMBER, &[&NUMBERED_AT_ONCE]).await?, "may_be_more")? {}
    Ok(())
}

async fn after(database: &Database, cursor: EventCursor, limit: usize) -> Result<Events, StoreError> {
    let Some(place) = Place::of(&cursor) else { return incomplete(newest(database).await?) };
    let mut found = from(database, place, limit).await?;
    if is_behind(&found, limit)? {
        number(database).await?;
        found = from(database, place, limit).await?;
    }
    judge(&found, place, limit)
}

/// One more than asked for, because the one at the cursor is known.
async fn from(database: &Database, place: Place, limit: usize) -> Result<Vec<Row>, StoreError> {
    database.query(&FROM, &[&place.number, &rows::limit(limit.saturating_add(1))]).await
}

/// Whether something was noted that has no number yet, and there is room for it in the answer.
fn is_behind(found: &[Row], limit: usize) -> Result<bool, StoreError> {
    let is_noted = found.first().map_or(Ok(false), |row| rows::column(row, "is_behind"))?;
    Ok(is_noted && found.len() <= limit)
}

fn judge(found: &[Row], place: Place, limit: usize) -> Result<Events, StoreError> {
    let first =
        found.first().ok_or_else(|| StoreError::damaged("a log of events that has lost its only row"))?;
    if Place::read(first, "number", "mark").ok() != Some(place) {
        return incomplete(Place::read(first, "newest", "newest_mark")?.cursor());
    }
    let wanted = found.get(1..).unwrap_or_default();
    let wanted = wanted.get(..limit).unwrap_or(wanted);
    let events: Result<Vec<_>, _> = wanted.iter().map(event).collect();
    let last = wanted.last().map_or(Ok(place), |row| Place::read(row, "number", "mark"))?;
    Ok(Events { events: events?, cursor: last.cursor(), is_incomplete: false })
}

fn incomplete(cursor: EventCursor) -> Result<Events, StoreError> {
    Ok(Events { events: Vec::new(), cursor, is_incomplete: true })
}

/// A number and what was drawn at random when it was given.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    number: i64,
    mark: i64,
}

impl Place {
    /// Nothing where the cursor is of another kind of store.
    fn of(cursor: &EventCursor) -> Option<Self> {
        let [mark, number] = cursor.numbers() else { return None };
        Some(Self { number: i64::try_from(*number).ok()?, mark: mark.cast_signed() })
    }

    fn read(row: &Row, number: &str, mark: &str) -> Result<Self, StoreError> {
        Ok(Self { number: rows::column(row, number)?, mark: rows::column(row, mark)? })
    }

    fn cursor(self) -> EventCursor {
        EventCursor::of(vec![self.mark.cast_unsigned(), self.number.cast_unsigned()])
    }
}

fn event(row: &Row) -> Result<SessionEvent, StoreError> {
    let id = rows::id(row, "session")?;
    match rows::column::<Option<&str>>(row, "reason")? {
        Some(code) => Ok(SessionEvent::Ended { id, reason: reason(code) }),
        None => Ok(SessionEvent::Changed { id, version: rows::unsigned(row, "version")? }),
    }
}

/// A newer Crossgate on the same database may know more reasons. That the session ended is what counts.
fn reason(code: &str) -> EndReason {
    EndReason::from_code(code).unwrap_or(EndReason::RevokedByOperator)
}

/// Forgets what is old, but never the newest events.
pub(crate) async fn forget(database: &Database, now: Timestamp) -> Result<(), StoreError> {
    number(database).await?;
    let (old, kept) = (now.before(EVENT_RETENTION).as_millis(), rows::limit(EVENTS_KEPT));
    database.query(&FORGET, &[&now.as_millis(), &old, &kept]).await?;
    Ok(())
}
