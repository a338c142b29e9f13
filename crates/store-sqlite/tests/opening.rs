//! Which files are taken, which are refused and left as they are.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;

use common::{TemporaryStore, at, database_in, id, other_connection, session};
use crossgate_core::session::EndReason;
use crossgate_store::suite::block_on;
use crossgate_store::{SessionStore as _, Store as _};
use crossgate_store_sqlite::SqliteStore;

/// The message of a refusal, which also must leave the file as it was.
fn refusal(path: &Path) -> String {
    let before = fs::read(path).ok();
    let message = SqliteStore::open(path).unwrap_err().to_string();
    assert_eq!(fs::read(path).ok(), before, "it was left as it was");
    assert!(message.contains(path.to_str().unwrap()), "it says which file: {message}");
    message
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    for content in ["x", "# notes\n", &"y".repeat(511), &"z".repeat(512), &"a long letter ".repeat(10_000)] {
        fs::write(&path, content).unwrap();
        assert!(refusal(&path).contains("not an SQLite database"));
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing was put beside it");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    other_connection(&path).execute_batch("CREATE TABLE session (theirs)").unwrap();
    assert!(refusal(&path).contains("another program"));
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    drop(SqliteStore::open(&path).unwrap());
    other_connection(&path).pragma_update(None, "user_version", 999).unwrap();
    let message = refusal(&path);
    assert!(message.contains("newer Crossgate") && message.contains("999"), "{message}");
}

#[test]
fn a_directory_that_is_missing_is_named_and_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing").join("crossgate.db");
    assert!(refusal(&path).contains("directory of the database does not exist"));
    assert!(!path.parent().unwrap().exists());
}

#[test]
fn a_directory_is_not_a_file() {
    let directory = tempfile::tempdir().unwrap();
    assert!(refusal(&directory.path().join("..")).contains("not a file"));
}

#[test]
fn a_read_only_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    drop(SqliteStore::open(&path).unwrap());
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert!(refusal(&path).contains("read-only"));
}

#[test]
fn names_that_mean_something_to_sqlite_are_plain_files() {
    let directory = tempfile::tempdir().unwrap();
    for name in [":memory:", "file:x?mode=memory", "with space and ü"] {
        let path = directory.path().join(name);
        let store = SqliteStore::open(&path).unwrap();
        block_on(store.create(session(1))).unwrap();
        drop(store);
        assert!(path.is_file(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    let files: Vec<_> = fs::read_dir(store.path().parent().unwrap()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 3, "the database, its log and the log's index");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn an_empty_file_becomes_a_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    fs::write(&path, "").unwrap();
    block_on(SqliteStore::open(&path).unwrap().check()).unwrap();
}

#[test]
fn many_that_open_a_new_file_at_once_all_succeed_and_share_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let store = SqliteStore::open(path).unwrap();
                block_on(store.create(session(number))).unwrap();
            });
        }
    });
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(block_on(store.list(common::ada())).unwrap().len(), 8);
}

#[test]
fn opening_again_keeps_everything_and_changes_no_schema() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    let schema = || -> Vec<String> {
        let connection = other_connection(&path);
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY 1").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let store = SqliteStore::open(&path).unwrap();
    block_on(store.create(session(1))).unwrap();
    block_on(store.create(session(2))).unwrap();
    let ended = block_on(store.end(id(2), EndReason::SignedOut, at(1))).unwrap();
    drop(store);
    let before = schema();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(block_on(store.load(id(1))).unwrap(), Some(session(1).record));
    assert_eq!(block_on(store.ended(id(2))).unwrap(), ended);
    assert_eq!(schema(), before);
}
