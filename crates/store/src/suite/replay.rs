//! What may be used only once. A name is remembered for a minute, where nothing else is said.

use std::time::Duration;

use crossgate_core::time::Timestamp;

use super::fixture::{at, counter, together};
use crate::{FirstUse, Store, UseName};

fn name(number: u8) -> UseName {
    UseName::from_bytes([number; 32])
}

/// Whether this is the first use.
async fn is_first<S: Store + ?Sized>(store: &S, number: u8, until: Timestamp, now: Timestamp) -> bool {
    store.use_once(name(number), until, now).await.unwrap() == FirstUse::Yes
}

pub async fn a_name_is_first_once<S: Store + ?Sized>(store: &S) {
    assert!(is_first(store, 1, at(60), at(0)).await);
    for second in [0, 0, 1, 59] {
        assert!(!is_first(store, 1, at(60), at(second)).await, "at second {second}");
    }
}

pub async fn every_name_is_remembered_apart<S: Store + ?Sized>(store: &S) {
    let nearly = |index: usize| {
        let mut bytes = [1; 32];
        bytes[index] = 2;
        UseName::from_bytes(bytes)
    };
    let names = [name(0), name(1), name(255), nearly(0), nearly(31)];
    for expected in [FirstUse::Yes, FirstUse::No] {
        for (number, name) in names.into_iter().enumerate() {
            assert_eq!(store.use_once(name, at(60), at(0)).await.unwrap(), expected, "name {number}");
        }
    }
}

pub async fn of_several_uses_at_the_same_time_one_is_first<S: Store + ?Sized>(store: &S) {
    for number in 1..=5 {
        let uses = (0..20).map(|_| store.use_once(name(number), at(60), at(0))).collect();
        let results: Vec<_> = together(uses).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(results.iter().filter(|first| **first == FirstUse::Yes).count(), 1, "name {number}");
    }
}

pub async fn a_name_is_remembered_to_its_last_millisecond<S: Store + ?Sized>(store: &S) {
    assert!(is_first(store, 1, at(60), at(0)).await);
    assert!(!is_first(store, 1, at(120), at(60).before(Duration::from_millis(1))).await);
    assert!(is_first(store, 1, at(120), at(60)).await, "its time has passed");
    assert!(!is_first(store, 1, at(180), at(60)).await, "and it is remembered anew");
    assert!(!is_first(store, 1, at(180), at(119)).await);
    assert!(is_first(store, 1, at(9060), at(9000)).await, "also long afterwards");
}

pub async fn a_later_use_changes_nothing_of_the_first<S: Store + ?Sized>(store: &S) {
    assert!(is_first(store, 1, at(60), at(0)).await);
    for until in [at(1), at(6000), at(0), Timestamp::from_millis(i64::MIN)] {
        assert!(!is_first(store, 1, until, at(0)).await);
    }
    assert!(!is_first(store, 1, at(60), at(59)).await, "not forgotten earlier");
    assert!(is_first(store, 1, at(120), at(60)).await, "nor remembered longer");
}

pub async fn names_of_many_ends_are_told_apart<S: Store + ?Sized>(store: &S) {
    for number in 1..=100 {
        assert!(is_first(store, number, at(i64::from(number)), at(0)).await);
    }
    for number in (1..=100).rev() {
        let ended = number <= 50;
        assert_eq!(is_first(store, number, at(1000), at(50)).await, ended, "name {number}");
    }
}

pub async fn what_has_ended_when_it_is_used_is_not_remembered<S: Store + ?Sized>(store: &S) {
    for until in [at(0), at(-1)] {
        for _ in 0..2 {
            assert!(is_first(store, 1, until, at(0)).await);
        }
    }
    assert!(is_first(store, 1, at(60), at(0)).await);
    assert!(!is_first(store, 1, at(60), at(0)).await);
}

pub async fn names_are_remembered_until_the_end_of_time<S: Store + ?Sized>(store: &S) {
    let [start, nearly, end] = [i64::MIN, i64::MAX - 1, i64::MAX].map(Timestamp::from_millis);
    assert!(is_first(store, 1, end, start).await);
    for now in [start, at(0), nearly] {
        assert!(!is_first(store, 1, end, now).await);
    }
    let after_start = Timestamp::from_millis(i64::MIN + 1);
    assert!(is_first(store, 2, after_start, start).await);
    assert!(!is_first(store, 2, end, start).await);
    assert!(is_first(store, 2, end, after_start).await);
}

pub async fn names_have_nothing_to_do_with_counters<S: Store + ?Sized>(store: &S) {
    assert!(is_first(store, 1, at(60), at(0)).await);
    let counted = store.count_attempt(vec![counter(1)], Duration::from_secs(60), at(0)).await.unwrap();
    assert_eq!(counted[0].count, 1);
    store.forget_attempts(vec![counter(1)]).await.unwrap();
    assert!(!is_first(store, 1, at(60), at(0)).await);
}

pub async fn looking_uses_nothing_and_sees_what_was_used<S: Store + ?Sized>(store: &S) {
    let was_used = |number, now| store.was_used(name(number), now);
    for _ in 0..2 {
        assert!(!was_used(1, at(0)).await.unwrap(), "looking is no use");
    }
    assert!(is_first(store, 1, at(60), at(0)).await, "nor was it one");
    let last = at(60).before(Duration::from_millis(1));
    for now in [at(0), at(59), last] {
        assert!(was_used(1, now).await.unwrap(), "at {now:?}");
        assert!(!was_used(2, now).await.unwrap(), "another name at {now:?}");
    }
    assert!(!was_used(1, at(60)).await.unwrap(), "its time has passed");
    assert!(was_used(1, at(0)).await.unwrap(), "looking forgets nothing");
}
