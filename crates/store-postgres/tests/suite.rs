//! The PostgreSQL store passes the suite.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::ops::Deref;

use common::TemporaryStore;
use crossgate_store::Store;
use crossgate_store::memory::MemoryStore;

/// The store; where there is no server one that nothing is asked of.
enum Tested {
    Postgres(Box<TemporaryStore>),
    Skipped(Box<MemoryStore>),
}

impl Deref for Tested {
    type Target = dyn Store;
    fn deref(&self) -> &Self::Target {
        match self {
            Self::Postgres(store) => &***store,
            Self::Skipped(store) => &**store,
        }
    }
}

fn make() -> Tested {
    match TemporaryStore::new() {
        Some(store) => Tested::Postgres(Box::new(store)),
        None => Tested::Skipped(Box::default()),
    }
}

/// Runs the check where there is a server.
fn run(check: impl Future<Output = ()>) {
    if common::server().is_some() {
        crossgate_store::suite::block_on(check);
    }
}

crossgate_store::suite::checks!(make, run);
