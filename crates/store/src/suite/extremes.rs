//! Values at the ends of what is allowed.

use std::time::Duration;

use crossgate_core::session::{EndReason, SessionRecord};
use crossgate_core::time::Timestamp;

use super::fixture::{LIFETIMES, at, counter, create_all, id, record, record_of, subject};
use crate::{ReplaceOutcome, Store};

pub async fn every_subject_is_kept_byte_for_byte<S: Store + ?Sized>(store: &S) {
    let longest = "x".repeat(255);
    let widest = format!("{}abc", "🦀".repeat(63));
    let subjects = [
        "1",
        " ",
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "Ærøskøbing 東京 🦀",
        "e\u{301}",
        "é",
        "'; --",
        &longest,
        &widest,
    ];
    create_all(store, (1..).zip(subjects).map(|(number, person)| record_of(person, number))).await;
    for (number, person) in (1..).zip(subjects) {
        assert_eq!(store.list(subject(person)).await.unwrap(), [record_of(person, number)]);
        let ended = store.end(id(number), EndReason::SignedOut, at(1)).await.unwrap().unwrap();
        assert_eq!(ended.subject, subject(person));
        assert_eq!(store.ended(id(number)).await.unwrap(), Some(ended));
    }
}

pub async fn content_of_any_size_is_kept<S: Store + ?Sized>(store: &S) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let sizes = [Vec::new(), vec![0], every_byte.clone(), every_byte.repeat(256), vec![0; 1 << 20]];
    for (number, sealed) in (1..).zip(sizes) {
        create_all(store, [SessionRecord { sealed: sealed.clone(), ..record(number) }]).await;
        assert_eq!(store.load(id(number)).await.unwrap().unwrap().sealed, sealed);
        store.replace_content(id(number), 1, Vec::new()).await.unwrap();
        store.replace_content(id(number), 2, sealed.clone()).await.unwrap();
        assert_eq!(store.load(id(number)).await.unwrap().unwrap().sealed, sealed);
    }
}

pub async fn times_from_end_to_end_are_kept<S: Store + ?Sized>(store: &S) {
    let times = [i64::MIN, -1, 0, 1, i64::MAX].map(Timestamp::from_millis);
    for (number, time) in (1..).zip(times) {
        let made = SessionRecord { created_at: time, last_seen_at: time, ..record(number) };
        create_all(store, [made.clone()]).await;
        assert_eq!(store.load(id(number)).await.unwrap(), Some(made));
        let count = store.count_attempt(vec![counter(number)], Duration::MAX, time).await.unwrap();
        assert_eq!(count[0].window_ends_at, time.after(Duration::MAX));
    }
    let ended = store.end_expired(LIFETIMES, Timestamp::from_millis(i64::MAX), 100).await.unwrap();
    assert_eq!(ended.len(), 4, "all but the one that began at the end of time");
}

pub async fn versions_up_to_the_last_are_kept<S: Store + ?Sized>(store: &S) {
    create_all(store, [SessionRecord { version: u64::MAX - 1, ..record(1) }]).await;
    let outcome = store.replace_content(id(1), u64::MAX - 1, b"last".to_vec()).await.unwrap();
    assert_eq!(outcome, ReplaceOutcome::Replaced { version: u64::MAX });
    assert_eq!(store.load(id(1)).await.unwrap().unwrap().version, u64::MAX);
    assert!(
        store.replace_content(id(1), u64::MAX, Vec::new()).await.is_err(),
        "a version never begins again"
    );
    assert_eq!(store.load(id(1)).await.unwrap().unwrap().sealed, b"last");
}

pub async fn empty_batches_do_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    store.touch(Vec::new()).await.unwrap();
    assert_eq!(store.end_all_of(subject("nobody"), EndReason::SignedOutEverywhere, at(1)).await.unwrap(), []);
    assert_eq!(store.load(id(1)).await.unwrap(), Some(record(1)));
}

pub async fn the_readiness_check_changes_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    for _ in 0..3 {
        store.check().await.unwrap();
    }
    assert_eq!(store.load(id(1)).await.unwrap(), Some(record(1)));
    assert_eq!(store.load_keys().await.unwrap(), []);
}
