//! Signing keys in memory.

use super::MemoryStore;
use crate::{KeyStore, StoreError, StoreFuture, StoredKey};

#[derive(Debug, Default)]
pub(super) struct Keys(Vec<StoredKey>);

impl Keys {
    fn add_first(&mut self, key: StoredKey) -> Result<Vec<StoredKey>, StoreError> {
        if !self.0.iter().any(|known| known.algorithm == key.algorithm) {
            self.add(key)?;
        }
        Ok(self.0.clone())
    }

    fn add(&mut self, key: StoredKey) -> Result<(), StoreError> {
        if self.0.iter().any(|known| known.id == key.id) {
            return Err(StoreError::AlreadyExists { what: "signing key" });
        }
        self.0.push(key);
        self.0.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(())
    }
}

impl KeyStore for MemoryStore {
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.with(|tables| Ok(tables.keys.0.clone()))
    }

    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.with(|tables| tables.keys.add_first(key))
    }
}
