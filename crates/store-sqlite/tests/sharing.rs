//! What several processes on one file tell each other, and what outlives all of them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::PathBuf;
use std::time::Duration;

use common::{ada, at, database_in, id, other_connection, session};
use crossgate_core::session::{EndReason, SessionLifetimes};
use crossgate_store::suite::block_on;
use crossgate_store::{
    EventCursor, EventStore as _, Events, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore as _, NewSession,
    SessionEvent, SessionStore as _,
};
use crossgate_store_sqlite::SqliteStore;
use tempfile::TempDir;

const LEASE: LeaseName = LeaseName::from_bytes([1; 32]);
const TAKEN: LeaseAnswer = LeaseAnswer::Taken { was_abandoned: false };
const TAKEN_OVER: LeaseAnswer = LeaseAnswer::Taken { was_abandoned: true };

/// A file, and two processes that have it open.
struct Shared {
    one: SqliteStore,
    two: SqliteStore,
    directory: TempDir,
}

impl Shared {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [one, two] = [(); 2].map(|()| SqliteStore::open(&database_in(&directory)).unwrap());
        Self { one, two, directory }
    }

    fn path(&self) -> PathBuf {
        database_in(&self.directory)
    }

    /// Both processes stop, and a new one starts.
    fn restart(self) -> (SqliteStore, TempDir) {
        drop((self.one, self.two));
        (SqliteStore::open(&database_in(&self.directory)).unwrap(), self.directory)
    }
}

fn owner(number: u8) -> LeaseOwner {
    LeaseOwner::from_bytes([number; 16])
}

fn take(store: &SqliteStore, by: u8, now: i64) -> LeaseAnswer {
    block_on(store.take_lease(LEASE, owner(by), at(now + 60), at(now))).unwrap()
}

fn after(store: &SqliteStore, cursor: EventCursor) -> Events {
    block_on(store.events_after(cursor, 100)).unwrap()
}

fn ended(number: u32, reason: EndReason) -> SessionEvent {
    SessionEvent::Ended { id: id(number), reason }
}

#[test]
fn each_process_learns_what_the_other_one_ended_and_changed() {
    let Shared { one, two, directory: _directory } = &Shared::new();
    let start = block_on(two.newest_event()).unwrap();
    for number in 1..=3 {
        block_on(one.create(session(number))).unwrap();
    }
    block_on(one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    block_on(two.replace_content(id(2), 1, b"new".to_vec())).unwrap();
    block_on(two.create(NewSession { replaces: Some(id(2)), ..session(4) })).unwrap();
    block_on(one.end_all_of(ada(), EndReason::SignedOutEverywhere, at(2))).unwrap();
    let expected = [
        ended(1, EndReason::SignedOut),
        SessionEvent::Changed { id: id(2), version: 2 },
        ended(2, EndReason::Replaced),
        ended(3, EndReason::SignedOutEverywhere),
        ended(4, EndReason::SignedOutEverywhere),
    ];
    let seen = after(one, start.clone());
    assert_eq!(seen.events, expected);
    assert_eq!(seen, after(two, start));
}

#[test]
fn an_end_is_told_in_the_commit_that_removes_the_row() {
    let shared = Shared::new();
    let number_of = |table: &str| format!("(SELECT count(*) FROM {table})");
    let sql = format!("SELECT {} - {}", number_of("ended_session"), number_of("event"));
    let other = other_connection(&shared.path());
    std::thread::scope(|scope| {
        let ends = scope.spawn(|| {
            for number in 0..200 {
                block_on(shared.one.create(session(number))).unwrap();
                block_on(shared.one.end(id(number), EndReason::SignedOut, at(1))).unwrap();
            }
        });
        while !ends.is_finished() {
            let untold: i64 = other.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(untold, 0, "seen from outside, both happen at once");
        }
        ends.join().unwrap();
    });
    assert_eq!(block_on(shared.two.newest_event()).unwrap().number(), 200);
}

#[test]
fn a_refused_write_tells_nothing() {
    let shared = Shared::new();
    block_on(shared.one.create(session(1))).unwrap();
    let other = other_connection(&shared.path());
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON ended_session BEGIN SELECT RAISE(ABORT, 'no'); END";
    other.execute_batch(refuse).unwrap();
    assert!(block_on(shared.one.end(id(1), EndReason::SignedOut, at(1))).is_err());
    assert_eq!(block_on(shared.two.newest_event()).unwrap().number(), 0);
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    block_on(shared.one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(after(&shared.two, EventCursor::new(0)).events, [ended(1, EndReason::SignedOut)]);
}

#[test]
fn a_cursor_means_the_same_after_a_restart() {
    let shared = Shared::new();
    for number in 1..=2 {
        block_on(shared.one.create(session(number))).unwrap();
    }
    block_on(shared.one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    let known = block_on(shared.two.newest_event()).unwrap();
    let (store, _directory) = shared.restart();
    assert_eq!(block_on(store.newest_event()).unwrap(), known);
    block_on(store.end(id(2), EndReason::SignedOut, at(2))).unwrap();
    assert_eq!(after(&store, known).events, [ended(2, EndReason::SignedOut)]);
}

#[test]
fn a_number_is_never_given_again_and_a_hole_is_noticed() {
    let shared = Shared::new();
    for number in 1..=3 {
        block_on(shared.one.create(session(number))).unwrap();
        block_on(shared.one.end(id(number), EndReason::SignedOut, at(1))).unwrap();
    }
    // Somebody helps out by hand.
    other_connection(&shared.path()).execute_batch("DELETE FROM event").unwrap();
    let known = EventCursor::new(3);
    assert!(after(&shared.two, known.clone()).is_incomplete);
    block_on(shared.one.create(session(4))).unwrap();
    block_on(shared.one.end(id(4), EndReason::SignedOut, at(2))).unwrap();
    assert_eq!(block_on(shared.two.newest_event()).unwrap().number(), 4);
    assert_eq!(after(&shared.two, known).events, [ended(4, EndReason::SignedOut)]);
    assert!(after(&shared.two, EventCursor::new(2)).is_incomplete);
}

/// A newer Crossgate on the same file may know more reasons.
#[test]
fn an_end_for_an_unknown_reason_is_an_end() {
    let shared = Shared::new();
    block_on(shared.one.create(session(1))).unwrap();
    block_on(shared.one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    other_connection(&shared.path()).execute_batch("UPDATE event SET reason = 'because'").unwrap();
    let answer = block_on(shared.two.events_after(EventCursor::new(0), 100)).unwrap();
    assert!(matches!(answer.events[..], [SessionEvent::Ended { .. }]), "{answer:?}");
}

#[test]
fn the_end_of_a_damaged_session_is_told_too() {
    let shared = Shared::new();
    block_on(shared.one.create(session(1))).unwrap();
    other_connection(&shared.path()).execute_batch("UPDATE session SET subject = char(9)").unwrap();
    assert_eq!(block_on(shared.one.end(id(1), EndReason::SignedOut, at(1))).unwrap(), None);
    let events = after(&shared.two, EventCursor::new(0)).events;
    assert_eq!(events, [ended(1, EndReason::SignedOut)], "others may still have it in their memory");
}

#[test]
fn a_lease_that_one_process_has_is_held_for_all() {
    let Shared { one, two, directory: _directory } = &Shared::new();
    assert_eq!(take(one, 1, 0), TAKEN);
    assert_eq!(take(two, 2, 30), LeaseAnswer::Held { until: at(60) });
    assert!(!block_on(two.renew_lease(LEASE, owner(2), at(90))).unwrap());
    assert!(block_on(one.renew_lease(LEASE, owner(1), at(90))).unwrap());
    assert_eq!(take(two, 2, 89), LeaseAnswer::Held { until: at(90) });
    assert_eq!(take(two, 2, 90), TAKEN_OVER);
    assert!(!block_on(one.renew_lease(LEASE, owner(1), at(200))).unwrap(), "it learns that it was too slow");
    block_on(one.give_back_lease(LEASE, owner(1))).unwrap();
    block_on(two.abandon_lease(LEASE, owner(2), at(100))).unwrap();
    assert_eq!(take(one, 3, 100), TAKEN_OVER);
    block_on(one.give_back_lease(LEASE, owner(3))).unwrap();
    assert_eq!(take(two, 4, 100), TAKEN);
}

#[test]
fn of_many_processes_that_want_a_lease_one_gets_it() {
    let directory = tempfile::tempdir().unwrap();
    let stores: Vec<_> = (1..=4).map(|_| SqliteStore::open(&database_in(&directory)).unwrap()).collect();
    for now in [0, 60, 120] {
        let answers: Vec<_> = std::thread::scope(|scope| {
            let taker = |(by, store)| scope.spawn(move || take(store, by, now));
            // Nobody asks twice, so nobody prolongs.
            let first = u8::try_from(now).unwrap();
            let threads: Vec<_> = (first..).zip(&stores).map(taker).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let taken = answers.iter().filter(|answer| matches!(answer, LeaseAnswer::Taken { .. }));
        assert_eq!(taken.count(), 1, "{answers:?}");
    }
}

#[test]
fn a_lease_outlives_the_process_that_has_it() {
    let shared = Shared::new();
    assert_eq!(take(&shared.one, 1, 0), TAKEN);
    let (store, _directory) = shared.restart();
    assert_eq!(take(&store, 2, 30), LeaseAnswer::Held { until: at(60) });
    assert!(block_on(store.renew_lease(LEASE, owner(1), at(70))).unwrap(), "whoever knows the owner may");
    assert_eq!(take(&store, 2, 70), TAKEN_OVER);
}

#[test]
fn leases_and_events_do_not_pile_up() {
    let shared = Shared::new();
    let lifetimes = SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };
    for number in 0..20 {
        let name = LeaseName::from_bytes([number; 32]);
        let taken = block_on(shared.one.take_lease(name, owner(1), at(60), at(0))).unwrap();
        assert_eq!(taken, TAKEN);
        block_on(shared.one.create(session(number.into()))).unwrap();
        block_on(shared.one.end(id(number.into()), EndReason::SignedOut, at(1))).unwrap();
    }
    // As if as many as are kept had come since.
    other_connection(&shared.path())
        .execute_batch("UPDATE event SET number = number + 20000 WHERE number > 12")
        .unwrap();
    block_on(shared.one.end_expired(lifetimes, at(100_000), 100)).unwrap();
    let count = |table: &str| -> u32 {
        let sql = format!("SELECT count(*) FROM {table}");
        other_connection(&shared.path()).query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!([count("lease"), count("event")], [0, 8]);
}
