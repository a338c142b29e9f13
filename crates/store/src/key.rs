//! The part of the port that keeps signing keys.

use std::fmt;

use crossgate_core::time::Timestamp;

use crate::StoreFuture;

/// A signing key as the store keeps it: sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The key's id (`kid`, RFC 7517 §4.5).
    pub id: String,
    /// What it signs with (`alg`, RFC 7518 §3.1).
    pub algorithm: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The sealed private key.
    pub sealed: Vec<u8>,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// Where signing keys are kept, for all processes that share the store.
pub trait KeyStore: Send + Sync {
    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>>;

    /// Adds the key unless there is one of its algorithm, and gives all keys as they are afterwards, oldest first.
    /// Processes that start together thus agree on one key.
    ///
    /// # Errors
    /// [`AlreadyExists`](crate::StoreError::AlreadyExists) when a key of another algorithm has this id.
    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>>;

    /// Adds the key while the newest one of its algorithm is still `newest_id`, and gives all keys as they are
    /// afterwards, oldest first. The newest is the last in that order. Of several processes that find a key too old at
    /// the same time, one thus adds the next.
    ///
    /// # Errors
    /// [`AlreadyExists`](crate::StoreError::AlreadyExists) when another key has this id.
    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>>;

    /// Puts another sealed form in the place of a key's; nothing else changes. False when there is no such key: nothing
    /// came back.
    ///
    /// # Errors
    /// When the store cannot write.
    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool>;

    /// Removes a key. False when there was none.
    ///
    /// # Errors
    /// When the store cannot write.
    fn remove_key(&self, id: String) -> StoreFuture<'_, bool>;
}
