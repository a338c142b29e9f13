//! The schema: numbered steps forward, each applied once, and how a file says whose it is.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::OpenProblem;

/// "CRGS": marks a file as ours in SQLite's own header (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x4352_4753;

/// Step n is at n-1. A step that was released never changes again.
const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_provider.sql"),
    include_str!("migrations/0003_lease_and_event.sql"),
];

/// The newest schema that this program knows.
#[allow(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(crate) const NEWEST: u32 = MIGRATIONS.len() as u32;

/// The version of the schema in the file; 0 for an empty one. Changes nothing.
///
/// # Errors
/// When the file is not ours, or newer than this program.
pub(crate) fn inspect(connection: &mut Connection) -> Result<u32, OpenProblem> {
    // One transaction: what another process changes in between must not look like a file that is half ours.
    version_in(&connection.transaction()?)
}

fn version_in(connection: &Transaction<'_>) -> Result<u32, OpenProblem> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match application {
        APPLICATION_ID if found > NEWEST => Err(OpenProblem::NewerSchema { found, known: NEWEST }),
        APPLICATION_ID => Ok(found),
        0 if found == 0 && is_empty(connection)? => Ok(0),
        _ => Err(OpenProblem::Foreign),
    }
}

fn is_empty(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))
}

/// Brings the schema up to date.
///
/// # Errors
/// When a step fails; the file is as before then.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenProblem> {
    if inspect(connection)? == NEWEST {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    apply_missing(&transaction)?;
    Ok(transaction.commit()?)
}

fn apply_missing(transaction: &Transaction<'_>) -> Result<(), OpenProblem> {
    // Asked again under the lock: another process may just have done it.
    let found = version_in(transaction)?;
    for (number, step) in (1..).zip(MIGRATIONS) {
        if number > found {
            transaction.execute_batch(step)?;
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(transaction.pragma_update(None, "user_version", NEWEST)?)
}
