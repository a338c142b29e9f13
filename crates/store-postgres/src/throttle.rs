//! Counting attempts. Nothing here waits for the disk: a crash of the server, which nobody who guesses can cause, loses
//! the counts of its last moments.

use std::collections::BTreeSet;
use std::time::Duration;

use crossgate_core::time::Timestamp;
use crossgate_store::{AttemptCount, CounterName, StoreError, StoreFuture, ThrottleStore};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::database::Database;
use crate::rows;
use crate::statement::{Repeat, Statement};

/// Strangers choose what is counted. Each attempt removes more ended counters than it can add, so they do not pile
/// up, and never so many that it takes long. Counters are locked in one order.
const COUNT: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        ), counted AS (
            INSERT INTO crossgate.throttle AS known (counter, attempts, window_ends_at)
            SELECT named.counter, 1, $2 FROM hurried, unnest($1::bytea[]) AS named (counter) ORDER BY named.counter
            ON CONFLICT (counter) DO UPDATE SET
                attempts = CASE WHEN known.window_ends_at <= $3 THEN 1 ELSE known.attempts + 1 END,
                window_ends_at = CASE WHEN known.window_ends_at <= $3 THEN $2
                    ELSE least(known.window_ends_at, $2) END
            RETURNING counter, attempts, window_ends_at
        ), tidied AS (
            DELETE FROM crossgate.throttle WHERE counter IN (
                SELECT counter FROM crossgate.throttle WHERE window_ends_at <= $3 AND counter <> ALL ($1)
                ORDER BY window_ends_at LIMIT 16 FOR UPDATE SKIP LOCKED)
        )
        SELECT counter, attempts, window_ends_at FROM counted",
    types: &[Type::BYTEA_ARRAY, Type::INT8, Type::INT8],
    repeat: Repeat::Never,
};

const REFUND: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        ), named AS MATERIALIZED (
            SELECT counter FROM hurried, crossgate.throttle WHERE counter = ANY ($1)
            ORDER BY counter FOR NO KEY UPDATE OF throttle
        )
        UPDATE crossgate.throttle SET attempts = greatest(attempts - 1, 0) FROM named
        WHERE throttle.counter = named.counter",
    types: &[Type::BYTEA_ARRAY],
    repeat: Repeat::Never,
};

const FORGET: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        ), named AS MATERIALIZED (
            SELECT counter FROM hurried, crossgate.throttle WHERE counter = ANY ($1)
            ORDER BY counter FOR UPDATE OF throttle
        )
        DELETE FROM crossgate.throttle USING named WHERE throttle.counter = named.counter",
    types: &[Type::BYTEA_ARRAY],
    repeat: Repeat::Harmless,
};

impl ThrottleStore for PostgresStore {
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>> {
        self.ask(async move |database| count(&database, &counters, now.after(window), now).await)
    }

    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.ask(async move |database| for_each(&database, &REFUND, &counters).await)
    }

    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.ask(async move |database| for_each(&database, &FORGET, &counters).await)
    }
}

async fn count(
    database: &Database,
    counters: &[CounterName],
    new_end: Timestamp,
    now: Timestamp,
) -> Result<Vec<AttemptCount>, StoreError> {
    if counters.is_empty() {
        return Ok(Vec::new());
    }
    // One statement changes a row once.
    let distinct: BTreeSet<&CounterName> = counters.iter().collect();
    let names: Vec<&[u8]> = distinct.into_iter().map(|counter| counter.as_bytes().as_slice()).collect();
    let rows = database.query(&COUNT, &[&names, &new_end.as_millis(), &now.as_millis()]).await?;
    counters.iter().map(|counter| count_of(&rows, counter)).collect()
}

fn count_of(rows: &[Row], counter: &CounterName) -> Result<AttemptCount, StoreError> {
    let is_its = |row: &&Row| row.try_get("counter").is_ok_and(|name: &[u8]| name == counter.as_bytes());
    let missing = || StoreError::damaged("a counter that was counted and is not there");
    let row = rows.iter().find(is_its).ok_or_else(missing)?;
    Ok(AttemptCount {
        count: rows::unsigned(row, "attempts")?,
        window_ends_at: rows::time(row, "window_ends_at")?,
    })
}

async fn for_each(
    database: &Database,
    statement: &Statement,
    counters: &[CounterName],
) -> Result<(), StoreError> {
    if counters.is_empty() {
        return Ok(());
    }
    let names: Vec<&[u8]> = counters.iter().map(|counter| counter.as_bytes().as_slice()).collect();
    database.query(statement, &[&names]).await?;
    Ok(())
}
