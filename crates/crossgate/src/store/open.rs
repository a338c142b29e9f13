//! Opens the store that the configuration names.

use std::sync::Arc;

use crossgate_config::StoreFault;
use crossgate_core::settings::StoreLocation;
use crossgate_store::Store;
use crossgate_store::memory::MemoryStore;
use crossgate_store_postgres::PostgresStore;
use crossgate_store_sqlite::SqliteStore;
use crossgate_store_valkey::ValkeyStore;

use crate::Failure;

const FIX_OF_A_URL: &str =
    "docs/reference/configuration.md, under [store], has every parameter that may stand behind the ?";

/// Opens the store.
pub(crate) fn open(location: &StoreLocation) -> Result<Arc<dyn Store>, Failure> {
    match location {
        StoreLocation::Memory => {
            tracing::warn!("sessions are kept in memory: they are gone when Crossgate stops");
            Ok(Arc::new(MemoryStore::new()))
        }
        StoreLocation::Sqlite(path) => match SqliteStore::open(path) {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(cannot_open(&error)),
        },
        StoreLocation::Postgres(url) => match PostgresStore::open(url.expose_secret()) {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(cannot_open(&error)),
        },
        StoreLocation::Valkey(url) => match ValkeyStore::open(url.expose_secret()) {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(cannot_open(&error)),
        },
    }
}

/// What the driver of a store says of its address, before anybody is asked.
pub(crate) fn judge(location: &StoreLocation) -> Result<(), StoreFault> {
    let fault = |reason: String| StoreFault { reason, fix: FIX_OF_A_URL.to_owned() };
    match location {
        StoreLocation::Memory | StoreLocation::Sqlite(_) => Ok(()),
        StoreLocation::Postgres(url) => {
            PostgresStore::judge_url(url.expose_secret()).map_err(|problem| fault(problem.to_string()))
        }
        StoreLocation::Valkey(url) => {
            ValkeyStore::judge_url(url.expose_secret()).map_err(|problem| fault(problem.to_string()))
        }
    }
}

fn cannot_open(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot open the session store: {error}"))
}

/// The store for whoever looks into it beside a Crossgate that serves. One that does not exist is not made for that.
pub(crate) fn open_existing(location: &StoreLocation) -> Result<Arc<dyn Store>, Failure> {
    match location {
        StoreLocation::Memory => Err(Failure::new(
            "the store is \"memory:\", which only the running Crossgate itself can see\n  \
             fix: keep sessions and keys in a file: url = \"sqlite:crossgate.db\" in [store]",
        )),
        StoreLocation::Sqlite(path) if !path.exists() => Err(Failure::new(format!(
            "there is no store at {} yet, and so nothing in it\n  \
             fix: name the configuration that serves with --config FILE, or correct `url` in [store]; \
             the first start makes the store",
            path.display()
        ))),
        location => open(location),
    }
}
