//! Files that an older Crossgate wrote are brought up to date, with everything in them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};

use common::{TemporaryStore, ada, at, database_in, id, other_connection, session};
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, EndedSession, SessionRecord};
use crossgate_store::suite::block_on;
use crossgate_store::{
    Activity, EventCursor, EventStore as _, FirstUse, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore as _,
    ProviderSelector, ReplaceOutcome, ReplayStore as _, SessionEvent, SessionStore as _, StoreError, UseName,
};
use crossgate_store_sqlite::SqliteStore;
use tempfile::TempDir;

/// What every step made of the file before.
const STEPS: [&str; 2] =
    [include_str!("../src/migrations/0001_first.sql"), include_str!("../src/migrations/0002_provider.sql")];

/// The versions that there were before the newest.
const OLDER: [u32; 2] = [1, 2];

/// The newest version.
const NEWEST: u32 = 3;

/// A file as an older version left it: sessions 1 to 3, and session 4, which ended.
fn write_version(version: u32, path: &Path) {
    let file = other_connection(path);
    file.pragma_update(None, "journal_mode", "WAL").unwrap();
    for (_, step) in (1..=version).zip(STEPS) {
        file.execute_batch(step).unwrap();
    }
    file.pragma_update(None, "application_id", 0x4352_4753).unwrap();
    file.pragma_update(None, "user_version", version).unwrap();
    for number in 1..=3 {
        let SessionRecord { id, subject, created_at, last_seen_at, sealed, .. } = session(number).record;
        let (created_at, last_seen_at) = (created_at.as_millis(), last_seen_at.as_millis());
        let row = (id.as_bytes(), subject.as_str(), created_at, last_seen_at, sealed);
        let columns = "id, subject, created_at, last_seen_at, version, sealed";
        file.execute(&format!("INSERT INTO session ({columns}) VALUES (?1, ?2, ?3, ?4, 1, ?5)"), row)
            .unwrap();
    }
    file.execute(
        "INSERT INTO ended_session VALUES (?1, 'ada', ?2, 'signed_out')",
        (id(4).as_bytes(), at(1).as_millis()),
    )
    .unwrap();
}

/// The version of the schema, and the schema.
fn schema(path: &Path) -> (u32, Vec<String>) {
    let file = other_connection(path);
    let version = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut statement =
        file.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name").unwrap();
    (version, statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect())
}

/// A file of each older version, in a directory of its own.
fn older_files() -> Vec<(TempDir, PathBuf)> {
    let written = |version| {
        let directory = tempfile::tempdir().unwrap();
        let path = database_in(&directory);
        write_version(version, &path);
        assert_eq!(schema(&path).0, version);
        (directory, path)
    };
    OLDER.into_iter().map(written).collect()
}

#[test]
fn sessions_of_older_versions_are_still_there_and_usable() {
    for (_directory, path) in older_files() {
        let store = SqliteStore::open(&path).unwrap();
        for number in 1..=3 {
            assert_eq!(block_on(store.load(id(number))).unwrap(), Some(session(number).record));
        }
        assert_eq!(block_on(store.list(ada())).unwrap().len(), 3);
        block_on(store.touch(vec![Activity { id: id(1), seen_at: at(30) }])).unwrap();
        let replaced = block_on(store.replace_content(id(1), 1, b"new".to_vec())).unwrap();
        assert_eq!(replaced, ReplaceOutcome::Replaced { version: 2 });
        let expected =
            SessionRecord { last_seen_at: at(30), version: 2, sealed: b"new".to_vec(), ..session(1).record };
        assert_eq!(block_on(store.load(id(1))).unwrap(), Some(expected));
        let ended = block_on(store.end(id(2), EndReason::SignedOut, at(5))).unwrap();
        assert!(ended.is_some() && block_on(store.load(id(2))).unwrap().is_none());
    }
}

#[test]
fn a_migrated_file_takes_sessions_of_providers_and_spares_what_was_there() {
    for (_directory, path) in older_files() {
        let store = SqliteStore::open(&path).unwrap();
        let (subject, session_there) = (ProviderKey::from_bytes([1; 32]), ProviderKey::from_bytes([2; 32]));
        let mut new = session(5);
        new.record.provider = Some(ProviderKeys { subject, session: Some(session_there) });
        block_on(store.create(new.clone())).unwrap();
        assert_eq!(block_on(store.load(id(5))).unwrap(), Some(new.record));
        let selector = ProviderSelector::Both { subject, session: session_there };
        let ended =
            block_on(store.end_all_of_provider(selector, EndReason::ProviderSignedOut, at(5))).unwrap();
        assert_eq!(ended.iter().map(|ended| ended.id).collect::<Vec<_>>(), [id(5)]);
        assert_eq!(block_on(store.list(ada())).unwrap().len(), 3);
        let name = UseName::from_bytes([1; 32]);
        let uses = [FirstUse::Yes, FirstUse::No];
        assert_eq!(uses.map(|_| block_on(store.use_once(name, at(60), at(0))).unwrap()), uses);
    }
}

#[test]
fn a_migrated_file_takes_leases_and_tells_what_happens_from_then_on() {
    for (_directory, path) in older_files() {
        let store = SqliteStore::open(&path).unwrap();
        let start = block_on(store.newest_event()).unwrap();
        assert_eq!(start, EventCursor::new(0), "of what was before nothing is told");
        block_on(store.replace_content(id(1), 1, b"new".to_vec())).unwrap();
        block_on(store.end(id(2), EndReason::SignedOut, at(5))).unwrap();
        let changed = SessionEvent::Changed { id: id(1), version: 2 };
        let ended = SessionEvent::Ended { id: id(2), reason: EndReason::SignedOut };
        assert_eq!(block_on(store.events_after(start, 9)).unwrap().events, [changed, ended]);
        let (name, owner) = (LeaseName::from_bytes([1; 32]), LeaseOwner::from_bytes([1; 16]));
        let taken = block_on(store.take_lease(name, owner, at(60), at(0))).unwrap();
        assert_eq!(taken, LeaseAnswer::Taken { was_abandoned: false });
    }
}

#[test]
fn what_ended_under_an_older_version_stays_ended() {
    for (_directory, path) in older_files() {
        let store = SqliteStore::open(&path).unwrap();
        let expected =
            EndedSession { id: id(4), subject: ada(), ended_at: at(1), reason: EndReason::SignedOut };
        assert_eq!(block_on(store.ended(id(4))).unwrap(), Some(expected.clone()));
        assert_eq!(block_on(store.ended_by_handle(id(4).handle())).unwrap(), Some(expected));
        assert!(matches!(block_on(store.create(session(4))), Err(StoreError::AlreadyExists { .. })));
    }
}

#[test]
fn a_file_that_was_migrated_has_the_schema_of_a_new_one() {
    let new = TemporaryStore::new();
    for (_directory, path) in older_files() {
        drop(SqliteStore::open(&path).unwrap());
        assert_eq!(schema(&path), schema(&new.path()));
        assert_eq!(schema(&path).0, NEWEST);
    }
}

#[test]
fn many_that_open_an_older_file_at_once_all_succeed_and_share_it() {
    for (_directory, path) in older_files() {
        std::thread::scope(|scope| {
            for number in 10..18 {
                let path = &path;
                scope.spawn(move || {
                    let store = SqliteStore::open(path).unwrap();
                    block_on(store.create(session(number))).unwrap();
                });
            }
        });
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(block_on(store.list(ada())).unwrap().len(), 3 + 8);
    }
}
