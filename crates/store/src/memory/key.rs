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

    fn add_after(&mut self, newest_id: &str, key: StoredKey) -> Result<Vec<StoredKey>, StoreError> {
        let newest = self.0.iter().rfind(|known| known.algorithm == key.algorithm);
        if newest.is_some_and(|newest| newest.id == newest_id) {
            self.add(key)?;
        }
        Ok(self.0.clone())
    }

    fn reseal(&mut self, id: &str, sealed: Vec<u8>) -> bool {
        let found = self.0.iter_mut().find(|known| known.id == id);
        found.map(|key| key.sealed = sealed).is_some()
    }

    fn remove(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|known| known.id != id);
        self.0.len() < before
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

    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.with(move |tables| tables.keys.add_after(&newest_id, key))
    }

    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool> {
        self.with(move |tables| Ok(tables.keys.reseal(&id, sealed)))
    }

    fn remove_key(&self, id: String) -> StoreFuture<'_, bool> {
        self.with(move |tables| Ok(tables.keys.remove(&id)))
    }
}
