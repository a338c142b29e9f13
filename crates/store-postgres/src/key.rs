//! Signing keys.

use crossgate_store::{KeyStore, StoreError, StoreFuture, StoredKey};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::database::{Database, Values};
use crate::rows;
use crate::statement::{Repeat, Statement};

const LOAD: Statement = Statement {
    text: "SELECT id, algorithm, created_at, sealed FROM crossgate.signing_key ORDER BY created_at, id",
    types: &[],
    repeat: Repeat::Harmless,
};

/// The function locks the table and then looks, which one statement cannot. Sent twice it adds nothing the second time.
const ADD: Statement = Statement {
    text: "
        SELECT id, algorithm, created_at, sealed
        FROM crossgate.add_signing_key($1, ROW($2, $3, $4, $5)::crossgate.signing_key) ORDER BY created_at, id",
    types: &[Type::TEXT, Type::TEXT, Type::TEXT, Type::INT8, Type::BYTEA],
    repeat: Repeat::Harmless,
};

const RESEAL: Statement = Statement {
    text: "UPDATE crossgate.signing_key SET sealed = $2 WHERE id = $1 RETURNING id",
    types: &[Type::TEXT, Type::BYTEA],
    repeat: Repeat::Harmless,
};

const REMOVE: Statement = Statement {
    text: "DELETE FROM crossgate.signing_key WHERE id = $1 RETURNING id",
    types: &[Type::TEXT],
    repeat: Repeat::Never,
};

impl KeyStore for PostgresStore {
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(async move |database| database.query(&LOAD, &[]).await?.iter().map(key).collect())
    }

    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(async move |database| add(&database, None, &key).await)
    }

    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(async move |database| add(&database, Some(&newest_id), &key).await)
    }

    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool> {
        self.ask(async move |database| Ok(!database.query(&RESEAL, &[&id, &sealed]).await?.is_empty()))
    }

    fn remove_key(&self, id: String) -> StoreFuture<'_, bool> {
        self.ask(async move |database| Ok(!database.query(&REMOVE, &[&id]).await?.is_empty()))
    }
}

async fn add(
    database: &Database,
    newest_id: Option<&str>,
    new: &StoredKey,
) -> Result<Vec<StoredKey>, StoreError> {
    let created_at = new.created_at.as_millis();
    let values: Values<'_> = &[&newest_id, &new.id, &new.algorithm, &created_at, &new.sealed];
    match database.attempt(&ADD, values).await {
        Ok(answer) => answer.rows.iter().map(key).collect(),
        Err(failure) if failure.is_taken() => Err(StoreError::AlreadyExists { what: "signing key" }),
        Err(failure) => Err(failure.into()),
    }
}

fn key(row: &Row) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        id: rows::column(row, "id")?,
        algorithm: rows::column(row, "algorithm")?,
        created_at: rows::time(row, "created_at")?,
        sealed: rows::column(row, "sealed")?,
    })
}
