//! What was used stays used, and what has ended makes room.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{TemporaryStore, at, database_in, other_connection};
use crossgate_store::suite::block_on;
use crossgate_store::{FirstUse, ReplayStore as _, UseName};
use crossgate_store_sqlite::SqliteStore;

fn name(number: u8) -> UseName {
    UseName::from_bytes([number; 32])
}

fn use_once(store: &SqliteStore, number: u8) -> FirstUse {
    block_on(store.use_once(name(number), at(600), at(0))).unwrap()
}

fn remembered(store: &TemporaryStore) -> u32 {
    let file = other_connection(&store.path());
    file.query_row("SELECT count(*) FROM used_name", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_use_is_in_the_file_as_soon_as_it_is_acknowledged() {
    let store = TemporaryStore::new();
    for number in 1..=20 {
        assert_eq!(use_once(&store, number), FirstUse::Yes);
        assert_eq!(remembered(&store), u32::from(number));
    }
}

#[test]
fn what_was_used_is_used_for_another_process_and_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    let one = SqliteStore::open(&path).unwrap();
    let two = SqliteStore::open(&path).unwrap();
    assert_eq!(use_once(&one, 1), FirstUse::Yes);
    assert_eq!(use_once(&two, 1), FirstUse::No);
    assert_eq!(use_once(&two, 2), FirstUse::Yes);
    drop((one, two));
    let later = SqliteStore::open(&path).unwrap();
    assert_eq!([1, 2, 3].map(|number| use_once(&later, number)), [FirstUse::No, FirstUse::No, FirstUse::Yes]);
}

#[test]
fn of_many_processes_that_use_a_name_one_is_first() {
    let directory = tempfile::tempdir().unwrap();
    let path = database_in(&directory);
    let stores: Vec<_> = (0..4).map(|_| SqliteStore::open(&path).unwrap()).collect();
    let uses: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = stores
            .iter()
            .map(|store| {
                scope.spawn(move || (1..=20).map(|number| use_once(store, number)).collect::<Vec<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(uses.into_iter().filter(|first| *first == FirstUse::Yes).count(), 20);
}

#[test]
fn names_whose_time_has_passed_do_not_pile_up() {
    let store = TemporaryStore::new();
    for number in 1..=100 {
        assert_eq!(use_once(&store, number), FirstUse::Yes);
    }
    assert_eq!(remembered(&store), 100);
    for number in 101..=110 {
        let first = block_on(store.use_once(name(number), at(1200), at(600))).unwrap();
        assert_eq!(first, FirstUse::Yes);
    }
    assert_eq!(remembered(&store), 10);
}
