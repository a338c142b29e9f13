//! What may be used only once.

use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, ReplayStore, StoreFuture, UseName};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::rows;
use crate::statement::{Repeat, Statement};

/// Each use removes more names whose time has passed than it can add, so they do not pile up, and never so many that
/// it takes long. Sent twice, the second answer would be that it was used before.
const USE: Statement = Statement {
    text: "
        WITH used AS (
            INSERT INTO crossgate.used_name AS known (name, remembered_until) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET remembered_until = $2 WHERE known.remembered_until <= $3
            RETURNING name
        ), tidied AS (
            DELETE FROM crossgate.used_name WHERE name IN (
                SELECT name FROM crossgate.used_name WHERE remembered_until <= $3 AND name <> $1
                ORDER BY remembered_until LIMIT 16 FOR UPDATE SKIP LOCKED)
        )
        SELECT EXISTS (SELECT 1 FROM used) AS is_first",
    types: &[Type::BYTEA, Type::INT8, Type::INT8],
    repeat: Repeat::Never,
};

const IS_USED: Statement = Statement {
    text: "SELECT EXISTS (SELECT 1 FROM crossgate.used_name WHERE name = $1 AND remembered_until > $2) AS is_used",
    types: &[Type::BYTEA, Type::INT8],
    repeat: Repeat::Harmless,
};

impl ReplayStore for PostgresStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.ask(async move |database| {
            let (name, until, now) = (name.as_bytes().as_slice(), until.as_millis(), now.as_millis());
            let row = database.query_one(&USE, &[&name, &until, &now]).await?;
            Ok(if rows::column(&row, "is_first")? { FirstUse::Yes } else { FirstUse::No })
        })
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool> {
        self.ask(async move |database| {
            let which = (name.as_bytes().as_slice(), now.as_millis());
            let row = database.query_one(&IS_USED, &[&which.0, &which.1]).await?;
            rows::column(&row, "is_used")
        })
    }
}
