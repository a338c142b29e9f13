//! What happens when the file or the disk is not as it should be.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{TemporaryStore, ada, at, id, other_connection, session};
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, SessionLifetimes};
use crossgate_store::suite::block_on;
use crossgate_store::{ProviderSelector, SessionStore as _, Store as _, StoreError};

const LIFETIMES: SessionLifetimes =
    SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };

fn damage(store: &TemporaryStore, sql: &str) {
    let connection = other_connection(&store.path());
    connection.execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {sql}")).unwrap();
}

fn is_damaged<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Damaged { .. }))
}

#[test]
fn a_damaged_session_is_an_error_that_shows_nothing_of_it_and_is_not_absence() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    damage(&store, "UPDATE session SET subject = 'tab' || char(9) || 'secret'");
    let error = block_on(store.load(id(1))).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    let shown = format!("{error} {error:?}");
    assert!(shown.contains(id(1).handle().as_str()) && !shown.contains("secret"), "{shown}");
}

#[test]
fn a_damaged_session_can_be_ended_and_expires() {
    let store = TemporaryStore::new();
    for number in 1..=3 {
        block_on(store.create(session(number))).unwrap();
    }
    damage(&store, "UPDATE session SET subject = char(9) WHERE rowid < 3");
    assert_eq!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap(), None);
    assert_eq!(block_on(store.load(id(1))).unwrap(), None);
    let expired = block_on(store.end_expired(LIFETIMES, at(9000), 100)).unwrap();
    assert_eq!(
        expired.iter().map(|ended| ended.id).collect::<Vec<_>>(),
        [id(3)],
        "the sound one has its reason"
    );
    assert_eq!(block_on(store.load(id(2))).unwrap(), None, "and the damaged one does not stay forever");
}

#[test]
fn the_logout_of_a_provider_ends_damaged_sessions_too() {
    let store = TemporaryStore::new();
    let subject = ProviderKey::from_bytes([1; 32]);
    for number in 1..=2 {
        let mut new = session(number);
        new.record.provider = Some(ProviderKeys { subject, session: None });
        block_on(store.create(new)).unwrap();
    }
    damage(&store, "UPDATE session SET subject = char(9) WHERE rowid = 1");
    let selector = ProviderSelector::Subject(subject);
    let ended = block_on(store.end_all_of_provider(selector, EndReason::ProviderSignedOut, at(1))).unwrap();
    assert_eq!(ended.iter().map(|ended| ended.id).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(block_on(store.load(id(1))).unwrap(), None, "it is gone, although there is nobody to name");
}

#[test]
fn an_id_of_another_length_is_damage() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    damage(&store, "UPDATE session SET id = x'00'");
    assert!(is_damaged(block_on(store.list(ada()))));
}

#[test]
fn keys_of_a_provider_that_do_not_fit_are_damage() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    for keys in [
        "provider_subject = x'00', provider_session = NULL",
        "provider_subject = zeroblob(32), provider_session = zeroblob(33)",
        "provider_subject = NULL, provider_session = zeroblob(32)",
    ] {
        let update = format!("UPDATE session SET {keys}");
        assert!(
            other_connection(&store.path()).execute_batch(&update).is_err(),
            "no statement writes {keys}"
        );
        damage(&store, &update);
        assert!(is_damaged(block_on(store.load(id(1)))), "{keys}");
    }
}

#[test]
fn an_unknown_reason_is_damage() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    damage(&store, "UPDATE ended_session SET reason = 'because'");
    assert!(is_damaged(block_on(store.ended(id(1)))));
}

#[test]
fn a_full_database_refuses_writes_serves_reads_and_recovers() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    // Another process that fails every insertion stands for a full disk: the writer gets an error in mid-flight.
    let other = other_connection(&store.path());
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON session BEGIN SELECT RAISE(ROLLBACK, 'full'); END",
        )
        .unwrap();
    let refused = block_on(store.create(session(2)));
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
    assert!(block_on(store.load(id(1))).unwrap().is_some());
    other.execute_batch("DROP TRIGGER full").unwrap();
    block_on(store.create(session(2))).unwrap();
    block_on(store.check()).unwrap();
}

#[test]
fn a_reader_is_not_kept_waiting_by_a_foreign_writer() {
    let store = TemporaryStore::new();
    block_on(store.create(session(1))).unwrap();
    let other = other_connection(&store.path());
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM session").unwrap();
    assert!(block_on(store.load(id(1))).unwrap().is_some(), "not committed is not gone");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(block_on(store.load(id(1))).unwrap(), None);
}

#[test]
fn readiness_fails_when_the_tables_are_gone() {
    let store = TemporaryStore::new();
    block_on(store.check()).unwrap();
    other_connection(&store.path()).execute_batch("DROP TABLE readiness").unwrap();
    assert!(block_on(store.check()).is_err());
}
