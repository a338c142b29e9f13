//! What may be used once.

use super::fixture::{at, together};
use crate::{FirstUse, Store, UseName};

fn name(number: u8) -> UseName {
    UseName::from_bytes([number; 32])
}

async fn use_at<S: Store + ?Sized>(store: &S, number: u8, until: i64, now: i64) -> FirstUse {
    store.use_once(name(number), at(until), at(now)).await.unwrap()
}

pub async fn something_is_used_once<S: Store + ?Sized>(store: &S) {
    assert_eq!(use_at(store, 1, 600, 0).await, FirstUse::Yes);
    assert_eq!(use_at(store, 1, 600, 0).await, FirstUse::No);
    assert_eq!(use_at(store, 1, 9000, 599).await, FirstUse::No, "asking again prolongs nothing");
    assert_eq!(use_at(store, 2, 600, 0).await, FirstUse::Yes, "others have nothing to do with it");
}

pub async fn what_was_used_is_forgotten_in_its_time<S: Store + ?Sized>(store: &S) {
    assert_eq!(use_at(store, 1, 600, 0).await, FirstUse::Yes);
    assert_eq!(use_at(store, 1, 1200, 600).await, FirstUse::Yes);
    assert_eq!(use_at(store, 1, 1200, 1199).await, FirstUse::No);
}

pub async fn of_many_uses_at_the_same_time_one_is_the_first<S: Store + ?Sized>(store: &S) {
    let uses = (0..20).map(|_| store.use_once(name(1), at(600), at(0))).collect();
    let answers = together(uses).await;
    let first = answers.into_iter().filter(|answer| *answer.as_ref().unwrap() == FirstUse::Yes);
    assert_eq!(first.count(), 1);
}

pub async fn a_use_that_is_over_already_is_a_first_use<S: Store + ?Sized>(store: &S) {
    assert_eq!(use_at(store, 1, 0, 10).await, FirstUse::Yes);
    assert_eq!(use_at(store, 1, 600, 10).await, FirstUse::Yes);
    assert_eq!(use_at(store, 1, 600, 10).await, FirstUse::No);
}
