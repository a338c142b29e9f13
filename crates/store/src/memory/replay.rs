//! What was used, in memory.

use std::collections::HashMap;

use crossgate_core::time::Timestamp;

use super::MemoryStore;
use crate::{FirstUse, ReplayStore, StoreFuture, UseName};

#[derive(Debug, Default)]
pub(super) struct Used(HashMap<UseName, Timestamp>);

impl Used {
    fn use_once(&mut self, name: UseName, until: Timestamp, now: Timestamp) -> FirstUse {
        // Strangers choose what is used; what has ended must not pile up.
        self.0.retain(|_, until| *until > now);
        if self.0.contains_key(&name) {
            return FirstUse::No;
        }
        self.0.insert(name, until);
        FirstUse::Yes
    }
}

impl ReplayStore for MemoryStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.with(move |tables| Ok(tables.used.use_once(name, until, now)))
    }
}
