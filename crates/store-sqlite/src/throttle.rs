//! Counting attempts.

use std::time::Duration;

use crossgate_core::time::Timestamp;
use crossgate_store::{AttemptCount, CounterName, StoreFuture, ThrottleStore};
use rusqlite::{Connection, Row, named_params};

use crate::SqliteStore;
use crate::error::Failure;
use crate::rows;

/// Strangers choose what is counted. Each attempt removes more ended counters than it can add, so they do not pile
/// up, and never so many that it takes long.
const REMOVED_PER_ATTEMPT: i64 = 16;

const REMOVE_ENDED: &str = "
    DELETE FROM throttle WHERE counter IN
        (SELECT counter FROM throttle WHERE window_ends_at <= :now ORDER BY window_ends_at LIMIT :limit)";

const COUNT: &str = "
    INSERT INTO throttle (counter, attempts, window_ends_at) VALUES (:counter, 1, :new_end)
    ON CONFLICT (counter) DO UPDATE SET
        attempts = iif(window_ends_at <= :now, 1, attempts + 1),
        window_ends_at = iif(window_ends_at <= :now, :new_end, min(window_ends_at, :new_end))
    RETURNING attempts, window_ends_at";

const REFUND: &str = "UPDATE throttle SET attempts = max(attempts - 1, 0) WHERE counter = :counter";

const FORGET: &str = "DELETE FROM throttle WHERE counter = :counter";

impl ThrottleStore for SqliteStore {
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>> {
        self.write(move |connection| {
            remove_ended(connection, now)?;
            counters.iter().map(|counter| count(connection, counter, now.after(window), now)).collect()
        })
    }

    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.write(move |connection| for_each(connection, REFUND, &counters))
    }

    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.write(move |connection| for_each(connection, FORGET, &counters))
    }
}

fn for_each(connection: &Connection, statement: &str, counters: &[CounterName]) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(statement)?;
    for counter in counters {
        statement.execute(named_params! { ":counter": counter.as_bytes() })?;
    }
    Ok(())
}

fn remove_ended(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let which = named_params! { ":now": now.as_millis(), ":limit": REMOVED_PER_ATTEMPT };
    connection.prepare_cached(REMOVE_ENDED)?.execute(which)?;
    Ok(())
}

fn count(
    connection: &Connection,
    counter: &CounterName,
    new_end: Timestamp,
    now: Timestamp,
) -> Result<AttemptCount, Failure> {
    let mut statement = connection.prepare_cached(COUNT)?;
    let values = named_params! {
        ":counter": counter.as_bytes(), ":new_end": new_end.as_millis(), ":now": now.as_millis(),
    };
    statement.query_row(values, |row| Ok(attempt_count(row)))?
}

fn attempt_count(row: &Row<'_>) -> Result<AttemptCount, Failure> {
    Ok(AttemptCount {
        count: rows::unsigned(row, "attempts")?,
        window_ends_at: rows::time(row, "window_ends_at")?,
    })
}
