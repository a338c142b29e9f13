//! Counting attempts. The window is a minute.

use std::time::Duration;

use crossgate_core::time::Timestamp;

use super::fixture::{at, counter, together};
use crate::{AttemptCount, Store};

const WINDOW: Duration = Duration::from_secs(60);

/// Counts an attempt on one counter.
async fn attempt<S: Store + ?Sized>(store: &S, number: u8, now: Timestamp) -> AttemptCount {
    store.count_attempt(vec![counter(number)], WINDOW, now).await.unwrap()[0]
}

fn count(count: u64, window_ends_at: Timestamp) -> AttemptCount {
    AttemptCount { count, window_ends_at }
}

pub async fn attempts_count_up_within_a_window<S: Store + ?Sized>(store: &S) {
    for number in 1..=5 {
        assert_eq!(attempt(store, 1, at(0)).await, count(number, at(60)));
    }
}

pub async fn a_window_is_fixed_by_its_first_attempt<S: Store + ?Sized>(store: &S) {
    for (number, second) in (1..).zip([10, 20, 69]) {
        assert_eq!(attempt(store, 1, at(second)).await, count(number, at(70)));
    }
}

pub async fn a_new_window_begins_when_the_old_one_ends<S: Store + ?Sized>(store: &S) {
    attempt(store, 1, at(0)).await;
    assert_eq!(attempt(store, 1, at(60).before(Duration::from_millis(1))).await, count(2, at(60)));
    assert_eq!(attempt(store, 1, at(60)).await, count(1, at(120)));
    assert_eq!(attempt(store, 1, at(5000)).await, count(1, at(5060)));
}

pub async fn several_counters_count_apart_and_answer_in_order<S: Store + ?Sized>(store: &S) {
    attempt(store, 2, at(0)).await;
    let both = store.count_attempt(vec![counter(2), counter(1)], WINDOW, at(10)).await.unwrap();
    assert_eq!(both, [count(2, at(60)), count(1, at(70))]);
    assert_eq!(attempt(store, 1, at(11)).await, count(2, at(70)));
}

pub async fn forgotten_counters_begin_again<S: Store + ?Sized>(store: &S) {
    store.count_attempt([1, 2, 3].map(counter).to_vec(), WINDOW, at(0)).await.unwrap();
    store.forget_attempts(vec![counter(1), counter(3), counter(99)]).await.unwrap();
    assert_eq!(attempt(store, 1, at(10)).await, count(1, at(70)));
    assert_eq!(attempt(store, 2, at(10)).await, count(2, at(60)), "the others count on");
    assert_eq!(attempt(store, 3, at(10)).await, count(1, at(70)));
}

pub async fn a_refunded_attempt_does_not_count<S: Store + ?Sized>(store: &S) {
    attempt(store, 1, at(0)).await;
    store.refund_attempt(vec![counter(1), counter(99)]).await.unwrap();
    store.refund_attempt(vec![counter(1)]).await.unwrap();
    assert_eq!(attempt(store, 1, at(10)).await, count(1, at(60)), "never below none");
    assert_eq!(attempt(store, 99, at(10)).await, count(1, at(70)));
}

pub async fn attempts_at_the_same_time_are_all_counted<S: Store + ?Sized>(store: &S) {
    let attempts = (0..20).map(|_| store.count_attempt(vec![counter(1)], WINDOW, at(0))).collect();
    let mut counts: Vec<_> =
        together(attempts).await.into_iter().map(|counted| counted.unwrap()[0].count).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=20).collect::<Vec<_>>());
}

pub async fn a_clock_that_was_wrong_locks_nobody_out<S: Store + ?Sized>(store: &S) {
    attempt(store, 1, at(1_000_000)).await;
    assert_eq!(attempt(store, 1, at(0)).await, count(2, at(60)));
    assert_eq!(attempt(store, 1, at(60)).await, count(1, at(120)));
}

pub async fn nothing_to_count_is_no_error<S: Store + ?Sized>(store: &S) {
    assert_eq!(store.count_attempt(Vec::new(), WINDOW, at(0)).await.unwrap(), []);
    store.forget_attempts(Vec::new()).await.unwrap();
}
