//! What may be used only once.

use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, ReplayStore, StoreFuture, UseName};
use rusqlite::{Connection, named_params};

use crate::SqliteStore;
use crate::error::Failure;

/// Each use removes more names whose time has passed than it can add, so they do not pile up, and never so many that
/// it takes long.
const REMOVED_PER_USE: i64 = 16;

const REMOVE_ENDED: &str = "
    DELETE FROM used_name WHERE name IN
        (SELECT name FROM used_name WHERE remembered_until <= :now ORDER BY remembered_until LIMIT :limit)";

/// Changes a row only if this is the first use.
const USE: &str = "
    INSERT INTO used_name (name, remembered_until) VALUES (:name, :until)
    ON CONFLICT (name) DO UPDATE SET remembered_until = :until WHERE remembered_until <= :now";

const IS_USED: &str = "
    SELECT EXISTS (SELECT 1 FROM used_name WHERE name = :name AND remembered_until > :now)";

impl ReplayStore for SqliteStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.write(move |connection| {
            remove_ended(connection, now)?;
            use_name(connection, &name, until, now)
        })
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool> {
        self.read(move |connection| is_used(connection, &name, now))
    }
}

fn remove_ended(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let which = named_params! { ":now": now.as_millis(), ":limit": REMOVED_PER_USE };
    connection.prepare_cached(REMOVE_ENDED)?.execute(which)?;
    Ok(())
}

fn use_name(
    connection: &Connection,
    name: &UseName,
    until: Timestamp,
    now: Timestamp,
) -> Result<FirstUse, Failure> {
    let changed = connection.prepare_cached(USE)?.execute(named_params! {
        ":name": name.as_bytes(), ":until": until.as_millis(), ":now": now.as_millis(),
    })?;
    Ok(if changed == 0 { FirstUse::No } else { FirstUse::Yes })
}

fn is_used(connection: &Connection, name: &UseName, now: Timestamp) -> Result<bool, Failure> {
    let which = named_params! { ":name": name.as_bytes(), ":now": now.as_millis() };
    Ok(connection.prepare_cached(IS_USED)?.query_row(which, |row| row.get(0))?)
}
