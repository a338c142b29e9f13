//! What was acknowledged is in the file.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{TemporaryStore, at, database_in, id, other_connection, session};
use crossgate_core::session::EndReason;
use crossgate_store::suite::block_on;
use crossgate_store::{NewSession, SessionStore as _, StoreError};
use crossgate_store_sqlite::SqliteStore;

fn count(connection: &rusqlite::Connection, number: u32) -> u32 {
    let sql = "SELECT count(*) FROM session WHERE id = ?1";
    connection.query_row(sql, [id(number).as_bytes()], |row| row.get(0)).unwrap()
}

#[test]
fn another_connection_sees_a_session_as_soon_as_it_is_acknowledged_and_not_after_its_end() {
    let store = TemporaryStore::new();
    let other = other_connection(&store.path());
    for number in 0..20 {
        block_on(store.create(session(number))).unwrap();
        assert_eq!(count(&other, number), 1);
        block_on(store.end(id(number), EndReason::SignedOut, at(1))).unwrap();
        assert_eq!(count(&other, number), 0);
    }
}

#[test]
fn two_stores_on_one_file_see_each_others_writes_at_once() {
    let one = TemporaryStore::new();
    let two = SqliteStore::open(&one.path()).unwrap();
    block_on(one.create(session(1))).unwrap();
    assert!(block_on(two.load(id(1))).unwrap().is_some());
    block_on(two.end(id(1), EndReason::RevokedByOperator, at(1))).unwrap();
    assert_eq!(block_on(one.load(id(1))).unwrap(), None);
    assert!(matches!(block_on(one.create(session(1))), Err(StoreError::AlreadyExists { .. })));
}

#[test]
fn of_many_writers_each_is_answered_for_its_own_session_only() {
    let store = TemporaryStore::new();
    // Every id is wanted by four; whatever shares a commit with whom, exactly one of them gets it.
    let created = std::thread::scope(|scope| {
        let wanted = (0..32).flat_map(|number| [number; 4]);
        let create = |number| (number, block_on(store.create(session(number))).is_ok());
        let threads: Vec<_> = wanted.map(|number| scope.spawn(move || create(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for number in 0..32 {
        assert_eq!(created.iter().filter(|outcome| **outcome == (number, true)).count(), 1);
        assert_eq!(block_on(store.load(id(number))).unwrap(), Some(session(number).record));
    }
}

#[test]
fn a_write_that_nobody_waits_for_any_more_still_happens() {
    let store = TemporaryStore::new();
    {
        let mut creation = store.create(session(1));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = creation.as_mut().poll(&mut context);
    }
    // Writes happen in the order in which they were asked for.
    block_on(store.touch(Vec::new())).unwrap();
    assert!(block_on(store.load(id(1))).unwrap().is_some());
}

const CHILD_DATABASE: &str = "CROSSGATE_TEST_CHILD_DATABASE";

/// Not a test by itself: the process that is killed. It signs in and replaces without end, and tells which sessions
/// were acknowledged.
#[test]
fn child_process() {
    let Some(path) = std::env::var_os(CHILD_DATABASE) else { return };
    let store = SqliteStore::open(Path::new(&path)).unwrap();
    for number in 0.. {
        let replaces = (number % 2 == 1).then(|| id(number - 1));
        block_on(store.create(NewSession { replaces, ..session(number) })).unwrap();
        eprintln!("acknowledged {number}");
    }
}

fn spawn_child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_process", "--nocapture"])
        .env(CHILD_DATABASE, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn what_a_killed_process_acknowledged_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    let mut child = spawn_child(&path);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let seen = lines.by_ref().filter(|line| line.starts_with("acknowledged")).take(50).count();
    child.kill().unwrap();
    // What it still said before it died counts as well.
    let acknowledged = seen + lines.filter(|line| line.starts_with("acknowledged")).count();
    child.wait().unwrap();
    assert!(acknowledged >= 50);
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..u32::try_from(acknowledged).unwrap() {
        let replaced = block_on(store.ended(id(number))).unwrap().map(|ended| ended.reason);
        let lives = block_on(store.load(id(number))).unwrap() == Some(session(number).record);
        assert_ne!(lives, replaced == Some(EndReason::Replaced), "session {number}: one or the other");
        assert!(number % 2 == 0 || lives, "session {number} was replaced by nobody");
    }
}
