//! Leases.

use crossgate_core::time::Timestamp;
use crossgate_store::{
    ABANDONED_LEASE_RETENTION, LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore, StoreFuture,
};
use rusqlite::{Connection, OptionalExtension as _, named_params};

use crate::SqliteStore;
use crate::error::Failure;
use crate::rows;

/// Gives a row only if the asker has the lease afterwards. `IS` holds where nobody is the owner, too.
const TAKE: &str = "
    INSERT INTO lease (name, owner, held_until, was_abandoned) VALUES (:name, :owner, :until, 0)
    ON CONFLICT (name) DO UPDATE SET
        owner = :owner,
        held_until = CASE WHEN owner IS :owner THEN max(held_until, :until) ELSE :until END,
        was_abandoned = CASE WHEN owner IS :owner THEN was_abandoned ELSE 1 END
        WHERE owner IS NULL OR owner = :owner OR held_until <= :now OR held_until > :latest
    RETURNING was_abandoned";

const HELD_UNTIL: &str = "SELECT held_until FROM lease WHERE name = :name";

const RENEW: &str =
    "UPDATE lease SET held_until = max(held_until, :until) WHERE name = :name AND owner = :owner";

const GIVE_BACK: &str = "DELETE FROM lease WHERE name = :name AND owner = :owner";

const ABANDON: &str = "
    UPDATE lease SET owner = NULL, held_until = :now, was_abandoned = 1 WHERE name = :name AND owner = :owner";

const FORGET: &str = "DELETE FROM lease WHERE held_until <= :at_latest";

impl LeaseStore for SqliteStore {
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer> {
        self.write(move |connection| take(connection, &name, &owner, until, now))
    }

    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool> {
        self.write(move |connection| {
            let renewed = connection.prepare_cached(RENEW)?.execute(named_params! {
                ":name": name.as_bytes(), ":owner": owner.as_bytes(), ":until": until.as_millis(),
            })?;
            Ok(renewed > 0)
        })
    }

    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            let own = named_params! { ":name": name.as_bytes(), ":owner": owner.as_bytes() };
            connection.prepare_cached(GIVE_BACK)?.execute(own)?;
            Ok(())
        })
    }

    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()> {
        self.write(move |connection| {
            connection.prepare_cached(ABANDON)?.execute(named_params! {
                ":name": name.as_bytes(), ":owner": owner.as_bytes(), ":now": now.as_millis(),
            })?;
            Ok(())
        })
    }
}

fn take(
    connection: &Connection,
    name: &LeaseName,
    owner: &LeaseOwner,
    until: Timestamp,
    now: Timestamp,
) -> Result<LeaseAnswer, Failure> {
    let asked = named_params! {
        ":name": name.as_bytes(),
        ":owner": owner.as_bytes(),
        ":until": until.as_millis(),
        ":now": now.as_millis(),
        ":latest": now.after(LONGEST_LEASE).as_millis(),
    };
    let mut statement = connection.prepare_cached(TAKE)?;
    match statement.query_row(asked, |row| row.get(0)).optional()? {
        Some(was_abandoned) => Ok(LeaseAnswer::Taken { was_abandoned }),
        None => held(connection, name),
    }
}

fn held(connection: &Connection, name: &LeaseName) -> Result<LeaseAnswer, Failure> {
    let mut statement = connection.prepare_cached(HELD_UNTIL)?;
    let mut found = statement.query_and_then(named_params! { ":name": name.as_bytes() }, |row| {
        Ok(LeaseAnswer::Held { until: rows::time(row, "held_until")? })
    })?;
    // The row is there: it stood in the way, in the same transaction.
    found.next().unwrap_or_else(|| Err(rusqlite::Error::QueryReturnedNoRows.into()))
}

/// Forgets leases that nobody cared about for long.
pub(crate) fn forget(connection: &Connection, now: Timestamp) -> Result<(), Failure> {
    let at_latest = now.before(ABANDONED_LEASE_RETENTION).as_millis();
    connection.prepare_cached(FORGET)?.execute(named_params! { ":at_latest": at_latest })?;
    Ok(())
}
