//! Signing keys.

use crossgate_store::{KeyStore, StoreError, StoreFuture, StoredKey};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use crate::SqliteStore;
use crate::error::Failure;
use crate::rows;

const LOAD: &str = "SELECT id, algorithm, created_at, sealed FROM signing_key ORDER BY created_at, id";

const HAS_ALGORITHM: &str = "SELECT 1 FROM signing_key WHERE algorithm = :algorithm";

/// In the order of [`LOAD`].
const NEWEST: &str =
    "SELECT id FROM signing_key WHERE algorithm = :algorithm ORDER BY created_at DESC, id DESC LIMIT 1";

const RESEAL: &str = "UPDATE signing_key SET sealed = :sealed WHERE id = :id";

const REMOVE: &str = "DELETE FROM signing_key WHERE id = :id";

const ADD: &str = "
    INSERT INTO signing_key (id, algorithm, created_at, sealed) VALUES (:id, :algorithm, :created_at, :sealed)
    ON CONFLICT (id) DO NOTHING";

impl KeyStore for SqliteStore {
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.read(load)
    }

    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.write(move |connection| add_first(connection, &key))
    }

    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.write(move |connection| add_after(connection, &newest_id, &key))
    }

    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool> {
        self.write(move |connection| {
            let values = named_params! { ":id": id, ":sealed": sealed };
            Ok(connection.prepare_cached(RESEAL)?.execute(values)? > 0)
        })
    }

    fn remove_key(&self, id: String) -> StoreFuture<'_, bool> {
        self.write(move |connection| {
            Ok(connection.prepare_cached(REMOVE)?.execute(named_params! { ":id": id })? > 0)
        })
    }
}

fn add_first(connection: &Connection, key: &StoredKey) -> Result<Vec<StoredKey>, Failure> {
    let algorithm = named_params! { ":algorithm": key.algorithm };
    if !connection.prepare_cached(HAS_ALGORITHM)?.exists(algorithm)? {
        add(connection, key)?;
    }
    load(connection)
}

fn add_after(connection: &Connection, newest_id: &str, key: &StoredKey) -> Result<Vec<StoredKey>, Failure> {
    let algorithm = named_params! { ":algorithm": key.algorithm };
    let newest: Option<String> =
        connection.prepare_cached(NEWEST)?.query_row(algorithm, |row| row.get("id")).optional()?;
    if newest.as_deref() == Some(newest_id) {
        add(connection, key)?;
    }
    load(connection)
}

fn add(connection: &Connection, key: &StoredKey) -> Result<(), Failure> {
    let added = connection.prepare_cached(ADD)?.execute(named_params! {
        ":id": key.id,
        ":algorithm": key.algorithm,
        ":created_at": key.created_at.as_millis(),
        ":sealed": key.sealed,
    })?;
    if added == 0 { Err(StoreError::AlreadyExists { what: "signing key" }.into()) } else { Ok(()) }
}

fn load(connection: &Connection) -> Result<Vec<StoredKey>, Failure> {
    connection.prepare_cached(LOAD)?.query_and_then([], key)?.collect()
}

fn key(row: &Row<'_>) -> Result<StoredKey, Failure> {
    Ok(StoredKey {
        id: row.get("id")?,
        algorithm: row.get("algorithm")?,
        created_at: rows::time(row, "created_at")?,
        sealed: row.get("sealed")?,
    })
}
