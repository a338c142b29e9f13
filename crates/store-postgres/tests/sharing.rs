//! Several gateways on one database.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use common::{TemporaryStore, at, id, session};
use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_store::suite::block_on;
use crossgate_store::{
    Activity, EventCursor, EventStore as _, Events, SessionEvent, SessionStore as _, StoreError,
};
use crossgate_store_postgres::PostgresStore;

/// Nobody waits so long for what works.
const LONG: Duration = Duration::from_secs(20);

fn after(store: &PostgresStore, cursor: &EventCursor) -> Events {
    block_on(store.events_after(cursor.clone(), 100)).unwrap()
}

fn ended(number: u32) -> SessionEvent {
    SessionEvent::Ended { id: id(number), reason: EndReason::SignedOut }
}

fn hex(id: &HashedSessionId) -> String {
    id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Two stores on one schema.
fn two() -> Option<(TemporaryStore, PostgresStore)> {
    let one = TemporaryStore::new()?;
    let other = PostgresStore::open(&one.schema.url()).unwrap();
    Some((one, other))
}

#[test]
fn what_one_does_the_other_sees_and_is_told() {
    let Some((one, other)) = two() else { return };
    let start = block_on(other.newest_event()).unwrap();
    block_on(one.create(session(1))).unwrap();
    assert_eq!(block_on(other.load(id(1))).unwrap(), Some(session(1).record));
    block_on(other.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(block_on(one.load(id(1))).unwrap(), None);
    assert_eq!(after(&one, &start).events, [ended(1)]);
    assert_eq!(after(&other, &start), after(&one, &start));
}

/// Places are drawn before a commit, so the first place may become visible last.
#[test]
fn an_event_that_becomes_visible_late_is_missed_by_nobody() {
    let Some((one, other)) = two() else { return };
    for number in 1..=3 {
        block_on(one.create(session(number))).unwrap();
    }
    let start = block_on(other.newest_event()).unwrap();
    let psql = one.schema.psql();
    let note = format!(
        "BEGIN; INSERT INTO noted_event (session, reason, noted_at) VALUES ('\\x{}', 'signed_out', 0)",
        hex(&id(1))
    );
    psql.run(&note);
    block_on(one.end(id(2), EndReason::SignedOut, at(1))).unwrap();
    let first = after(&other, &start);
    assert_eq!(first.events, [ended(2)]);
    psql.run("COMMIT");
    block_on(one.end(id(3), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(after(&other, &first.cursor).events, [ended(1), ended(3)]);
    assert_eq!(after(&one, &start).events, [ended(2), ended(1), ended(3)], "the order is the same for all");
}

/// After a failover to a standby that lagged behind, numbers are given again.
#[test]
fn whoever_knows_what_a_server_lost_is_told_to_forget() {
    let Some((one, other)) = two() else { return };
    for number in 1..=4 {
        block_on(one.create(session(number))).unwrap();
    }
    block_on(one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    let before = block_on(other.newest_event()).unwrap();
    let psql = one.schema.psql();
    psql.run("CREATE TABLE kept AS SELECT newest, mark FROM event_log");
    block_on(one.end(id(2), EndReason::SignedOut, at(1))).unwrap();
    let lost = after(&other, &before).cursor;
    psql.run(
        "DELETE FROM event WHERE number > (SELECT newest FROM kept);
         UPDATE event_log SET (newest, mark) = (SELECT newest, mark FROM kept)",
    );
    assert!(after(&other, &lost).is_incomplete, "it is not there");
    for number in 3..=4 {
        block_on(one.end(id(number), EndReason::SignedOut, at(1))).unwrap();
    }
    let answer = after(&other, &lost);
    assert!(answer.is_incomplete && answer.events.is_empty(), "its number is there, and is another's");
    assert!(!after(&other, &answer.cursor).is_incomplete);
    assert_eq!(after(&other, &before).events, [ended(3), ended(4)]);
}

#[test]
fn the_same_session_moves_in_one_order_for_everybody() {
    let Some((one, other)) = two() else { return };
    block_on(one.create(session(1))).unwrap();
    let start = block_on(other.newest_event()).unwrap();
    for version in 1..=20 {
        let by = if version % 2 == 0 { &*one } else { &other };
        block_on(by.replace_content(id(1), version, Vec::new())).unwrap();
    }
    block_on(other.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    let mut expected: Vec<_> = (2..=21).map(|version| SessionEvent::Changed { id: id(1), version }).collect();
    expected.push(ended(1));
    assert_eq!(after(&one, &start).events, expected);
}

/// A statement that inserts waits for the one that deletes the same id, and must not see a free id then.
#[test]
fn an_id_whose_session_ends_meanwhile_does_not_begin_again() {
    let Some((one, other)) = two() else { return };
    block_on(one.create(session(1))).unwrap();
    let (psql, watching) = (one.schema.psql(), one.schema.psql());
    psql.run(
        "BEGIN; WITH gone AS (DELETE FROM session RETURNING id, subject)
         INSERT INTO ended_session SELECT id, subject, 0, 'signed_out' FROM gone",
    );
    thread::scope(|scope| {
        let creating = scope.spawn(|| block_on(other.create(session(1))));
        watching.wait_for_waiting(&one.schema, 1);
        psql.run("COMMIT");
        let refused = creating.join().unwrap();
        assert!(matches!(refused, Err(StoreError::AlreadyExists { .. })), "{refused:?}");
    });
    assert_eq!(block_on(one.load(id(1))).unwrap(), None);
}

/// Says each time that the store wakes somebody.
fn wakes(store: PostgresStore) -> mpsc::Receiver<()> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        loop {
            block_on(store.woken());
            if tell.send(()).is_err() {
                return;
            }
        }
    });
    told
}

#[test]
fn whoever_waits_is_woken_by_what_others_do_and_when_it_can_hear_again() {
    let Some((one, other)) = two() else { return };
    let listener = PostgresStore::open(&one.schema.url_with("&application_name=a_listener")).unwrap();
    let woken = wakes(listener);
    woken.recv_timeout(LONG).unwrap();
    for number in 1..=3 {
        block_on(one.create(session(number))).unwrap();
        block_on(other.end(id(number), EndReason::SignedOut, at(1))).unwrap();
        woken.recv_timeout(LONG).unwrap();
    }
    let psql = one.schema.psql();
    psql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'a_listener'");
    woken.recv_timeout(LONG).unwrap();
    block_on(one.create(session(4))).unwrap();
    block_on(one.replace_content(id(4), 1, Vec::new())).unwrap();
    woken.recv_timeout(LONG).unwrap();
}

#[test]
fn two_that_note_activity_of_the_same_sessions_do_not_stand_in_each_others_way() {
    let Some((one, other)) = two() else { return };
    let numbers: Vec<u32> = (0..50).collect();
    for number in &numbers {
        block_on(one.create(session(*number))).unwrap();
    }
    let seen = |second| numbers.iter().map(move |number| Activity { id: id(*number), seen_at: at(second) });
    thread::scope(|scope| {
        for round in 0..20 {
            scope.spawn({
                let batch = seen(round).collect();
                || block_on(one.touch(batch)).unwrap()
            });
            scope.spawn({
                let batch = seen(100 - round).collect::<Vec<_>>().into_iter().rev().collect();
                || block_on(other.touch(batch)).unwrap()
            });
        }
    });
    for record in block_on(one.list(common::ada())).unwrap() {
        assert_eq!(record.last_seen_at, at(100));
    }
}
