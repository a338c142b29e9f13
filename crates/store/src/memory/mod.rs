//! A store in the memory of this process: for tests, and for trying Crossgate out. It forgets everything when the
//! process ends and is not shared with other processes.

mod event;
mod key;
mod lease;
mod replay;
mod session;
mod throttle;
mod transfer;

use std::sync::{Mutex, MutexGuard};

use crate::{Store, StoreError, StoreFuture};

use key::Keys;
use lease::Leases;
use replay::UsedNames;
use session::Sessions;
use throttle::Throttle;

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    sessions: Sessions,
    throttle: Throttle,
    keys: Keys,
    used_names: UsedNames,
    leases: Leases,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> Result<MutexGuard<'_, Tables>, StoreError> {
        // What a panic left behind may be half of a change; no answer is better than a wrong one.
        self.tables
            .lock()
            .map_err(|_| StoreError::unavailable("an earlier operation on the memory store panicked"))
    }

    /// A future that runs `work` on the tables when it is polled.
    fn with<'a, T>(
        &'a self,
        work: impl FnOnce(&mut Tables) -> Result<T, StoreError> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move { work(&mut *self.tables()?) })
    }
}

impl Store for MemoryStore {
    fn check(&self) -> StoreFuture<'_, ()> {
        self.with(|_| Ok(()))
    }
}
