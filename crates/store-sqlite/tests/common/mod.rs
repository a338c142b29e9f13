//! What the tests share: a store in a temporary directory, and sessions.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "only tests use it")]

use std::ops::Deref;
use std::path::{Path, PathBuf};

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::NewSession;
use crossgate_store_sqlite::SqliteStore;
use tempfile::TempDir;

/// A store and the directory it lives in.
pub(crate) struct TemporaryStore {
    // Dropped first, while the directory is still there.
    store: SqliteStore,
    directory: TempDir,
}

impl TemporaryStore {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&database_in(&directory)).unwrap();
        Self { store, directory }
    }

    pub(crate) fn path(&self) -> PathBuf {
        database_in(&self.directory)
    }
}

impl Deref for TemporaryStore {
    type Target = SqliteStore;
    fn deref(&self) -> &SqliteStore {
        &self.store
    }
}

pub(crate) fn database_in(directory: &TempDir) -> PathBuf {
    directory.path().join("crossgate.db")
}

/// What another program sees in the file.
pub(crate) fn other_connection(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

pub(crate) fn id(number: u32) -> HashedSessionId {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    HashedSessionId::from_bytes(bytes)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

pub(crate) fn ada() -> Subject {
    Subject::parse("ada").unwrap()
}

pub(crate) fn session(number: u32) -> NewSession {
    let record = SessionRecord {
        id: id(number),
        subject: ada(),
        created_at: at(0),
        last_seen_at: at(0),
        provider: None,
        version: 1,
        sealed: number.to_be_bytes().repeat(100),
    };
    NewSession { record, replaces: None }
}
