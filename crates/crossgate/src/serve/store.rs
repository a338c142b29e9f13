//! Opens the store that the configuration names.

use std::sync::Arc;

use crossgate_core::settings::StoreLocation;
use crossgate_store::Store;
use crossgate_store::memory::MemoryStore;
use crossgate_store_sqlite::SqliteStore;

use crate::Failure;

/// Opens the store.
pub(crate) fn open(location: &StoreLocation) -> Result<Arc<dyn Store>, Failure> {
    match location {
        StoreLocation::Memory => {
            tracing::warn!("sessions are kept in memory: they are gone when Crossgate stops");
            Ok(Arc::new(MemoryStore::new()))
        }
        StoreLocation::Sqlite(path) => match SqliteStore::open(path) {
            Ok(store) => Ok(Arc::new(store)),
            Err(error) => Err(Failure::new(format!("cannot open the session store: {error}"))),
        },
    }
}
