//! Leases.

use crossgate_core::time::Timestamp;
use crossgate_store::{
    LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore, StoreError, StoreFuture,
};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::database::{Database, Values};
use crate::rows;
use crate::statement::{Repeat, Statement};

/// How often a lease may change hands while somebody tries to take it.
const TRIES: u32 = 10;

/// Looks first, so that those who wait for a lease write nothing. Gives a row that is `held`, a row that was taken, or
/// none where somebody else took it between the look and the attempt.
const TAKE: Statement = Statement {
    text: "
        WITH held AS MATERIALIZED (
            SELECT held_until FROM crossgate.lease
            WHERE name = $1 AND owner <> $2 AND held_until > $4 AND held_until <= $5
        ), taken AS (
            INSERT INTO crossgate.lease AS known (name, owner, held_until, was_abandoned)
            SELECT $1, $2, $3, false WHERE NOT EXISTS (SELECT 1 FROM held)
            ON CONFLICT (name) DO UPDATE SET
                owner = $2,
                held_until = CASE WHEN known.owner = $2 THEN greatest(known.held_until, $3) ELSE $3 END,
                was_abandoned = CASE WHEN known.owner = $2 THEN known.was_abandoned ELSE true END
                WHERE known.owner IS NULL OR known.owner = $2 OR known.held_until <= $4 OR known.held_until > $5
            RETURNING known.held_until, known.was_abandoned
        )
        SELECT false AS is_taken, held_until, false AS was_abandoned FROM held
        UNION ALL SELECT true, held_until, was_abandoned FROM taken",
    types: &[Type::BYTEA, Type::BYTEA, Type::INT8, Type::INT8, Type::INT8],
    repeat: Repeat::Harmless,
};

const RENEW: Statement = Statement {
    text: "
        UPDATE crossgate.lease SET held_until = greatest(held_until, $3) WHERE name = $1 AND owner = $2
        RETURNING name",
    types: &[Type::BYTEA, Type::BYTEA, Type::INT8],
    repeat: Repeat::Harmless,
};

const GIVE_BACK: Statement = Statement {
    text: "DELETE FROM crossgate.lease WHERE name = $1 AND owner = $2",
    types: &[Type::BYTEA, Type::BYTEA],
    repeat: Repeat::Harmless,
};

const ABANDON: Statement = Statement {
    text: "
        UPDATE crossgate.lease SET owner = NULL, held_until = $3, was_abandoned = true
        WHERE name = $1 AND owner = $2",
    types: &[Type::BYTEA, Type::BYTEA, Type::INT8],
    repeat: Repeat::Harmless,
};

impl LeaseStore for PostgresStore {
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer> {
        self.ask(async move |database| {
            let values: Values<'_> = &[
                &name.as_bytes().as_slice(),
                &owner.as_bytes().as_slice(),
                &until.as_millis(),
                &now.as_millis(),
                &now.after(LONGEST_LEASE).as_millis(),
            ];
            take(&database, values).await
        })
    }

    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool> {
        self.ask(async move |database| {
            let (name, owner, until) =
                (name.as_bytes().as_slice(), owner.as_bytes().as_slice(), until.as_millis());
            Ok(!database.query(&RENEW, &[&name, &owner, &until]).await?.is_empty())
        })
    }

    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()> {
        self.ask(async move |database| {
            let (name, owner) = (name.as_bytes().as_slice(), owner.as_bytes().as_slice());
            database.query(&GIVE_BACK, &[&name, &owner]).await.map(drop)
        })
    }

    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()> {
        self.ask(async move |database| {
            let (name, owner, now) =
                (name.as_bytes().as_slice(), owner.as_bytes().as_slice(), now.as_millis());
            database.query(&ABANDON, &[&name, &owner, &now]).await.map(drop)
        })
    }
}

async fn take(database: &Database, values: Values<'_>) -> Result<LeaseAnswer, StoreError> {
    for _ in 0..TRIES {
        if let Some(row) = database.query(&TAKE, values).await?.first() {
            return answer(row);
        }
    }
    Err(StoreError::unavailable("a lease changes hands all the time"))
}

fn answer(row: &Row) -> Result<LeaseAnswer, StoreError> {
    if rows::column(row, "is_taken")? {
        Ok(LeaseAnswer::Taken { was_abandoned: rows::column(row, "was_abandoned")? })
    } else {
        Ok(LeaseAnswer::Held { until: rows::time(row, "held_until")? })
    }
}
