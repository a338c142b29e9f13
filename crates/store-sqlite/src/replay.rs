//! What may be used once.

use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, ReplayStore, StoreFuture, UseName};
use rusqlite::{Connection, named_params};

use crate::SqliteStore;
use crate::error::Failure;

/// Strangers choose what is used. Each use removes more that has ended than it adds, and never so many that it takes
/// long.
const REMOVED_PER_USE: i64 = 16;

const REMOVE_ENDED: &str = "
    DELETE FROM used WHERE name IN
        (SELECT name FROM used WHERE until <= :now ORDER BY until LIMIT :limit)";

const USE: &str = "
    INSERT INTO used (name, until) VALUES (:name, :until)
    ON CONFLICT (name) DO UPDATE SET until = :until WHERE until <= :now";

impl ReplayStore for SqliteStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.write(move |connection| use_once(connection, name, until, now))
    }
}

fn use_once(
    connection: &Connection,
    name: UseName,
    until: Timestamp,
    now: Timestamp,
) -> Result<FirstUse, Failure> {
    let which = named_params! { ":now": now.as_millis(), ":limit": REMOVED_PER_USE };
    connection.prepare_cached(REMOVE_ENDED)?.execute(which)?;
    let values = named_params! {
        ":name": name.as_bytes(), ":until": until.as_millis(), ":now": now.as_millis(),
    };
    let changed = connection.prepare_cached(USE)?.execute(values)?;
    Ok(if changed == 0 { FirstUse::No } else { FirstUse::Yes })
}
