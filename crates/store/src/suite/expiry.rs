//! Sessions whose time is up. The lifetimes are a minute idle, ten minutes in all.

use std::collections::BTreeSet;
use std::time::Duration;

use crossgate_core::session::{EndReason, EndedSession, SessionRecord, Timeout};
use crossgate_core::time::Timestamp;

use super::fixture::{LIFETIMES, at, create_all, id, record, subject};
use crate::{ENDED_SESSION_RETENTION, Store};

const IDLE: EndReason = EndReason::Expired(Timeout::Idle);
const ABSOLUTE: EndReason = EndReason::Expired(Timeout::Absolute);

fn seen(number: u8, last_seen: Timestamp) -> SessionRecord {
    SessionRecord { last_seen_at: last_seen, ..record(number) }
}

/// Ends what has expired at `now`, at most a hundred.
async fn sweep<S: Store + ?Sized>(store: &S, now: Timestamp) -> Vec<EndedSession> {
    store.end_expired(LIFETIMES, now, 100).await.unwrap()
}

fn ended(number: u8, ended_at: Timestamp, reason: EndReason) -> EndedSession {
    EndedSession { id: id(number), subject: subject("ada"), ended_at, reason }
}

pub async fn silence_ends_a_session_with_the_idle_timeout<S: Store + ?Sized>(store: &S) {
    create_all(store, [seen(1, at(10))]).await;
    assert_eq!(sweep(store, at(100)).await, [ended(1, at(100), IDLE)]);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.ended(id(1)).await.unwrap(), Some(ended(1, at(100), IDLE)));
    assert_eq!(sweep(store, at(101)).await, [], "it ends once");
}

pub async fn age_ends_a_session_with_the_absolute_timeout<S: Store + ?Sized>(store: &S) {
    create_all(store, [seen(1, at(599))]).await;
    assert_eq!(sweep(store, at(600)).await, [ended(1, at(600), ABSOLUTE)]);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.ended(id(1)).await.unwrap(), Some(ended(1, at(600), ABSOLUTE)));
}

pub async fn a_limit_is_passed_at_its_very_millisecond<S: Store + ?Sized>(store: &S) {
    let millisecond = Duration::from_millis(1);
    create_all(store, [record(1), seen(2, at(590))]).await;
    assert_eq!(sweep(store, at(60).before(millisecond)).await, []);
    assert_eq!(sweep(store, at(60)).await, [ended(1, at(60), IDLE)]);
    assert_eq!(sweep(store, at(600).before(millisecond)).await, []);
    assert_eq!(sweep(store, at(600)).await, [ended(2, at(600), ABSOLUTE)]);
}

pub async fn the_absolute_timeout_counts_first<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    assert_eq!(sweep(store, at(10_000)).await, [ended(1, at(10_000), ABSOLUTE)]);
}

pub async fn live_sessions_stay<S: Store + ?Sized>(store: &S) {
    let began_later = SessionRecord { created_at: at(50), last_seen_at: at(50), ..record(2) };
    let from_the_future = SessionRecord { created_at: at(9000), last_seen_at: at(9000), ..record(3) };
    create_all(store, [record(1), began_later.clone(), from_the_future.clone()]).await;
    assert_eq!(sweep(store, at(70)).await, [ended(1, at(70), IDLE)]);
    assert_eq!(store.load(id(2)).await.unwrap(), Some(began_later));
    assert_eq!(store.load(id(3)).await.unwrap(), Some(from_the_future), "its clock was ahead of this one");
}

pub async fn no_more_than_the_limit_ends_at_once<S: Store + ?Sized>(store: &S) {
    create_all(store, (1..=4).map(record)).await;
    create_all(store, (5..=7).map(|number| seen(number, at(599)))).await;
    assert_eq!(store.end_expired(LIFETIMES, at(100), 0).await.unwrap(), []);
    let mut rounds = Vec::new();
    let mut gone = BTreeSet::new();
    for _ in 0..4 {
        let ended = store.end_expired(LIFETIMES, at(600), 3).await.unwrap();
        rounds.push(ended.len());
        gone.extend(ended.into_iter().map(|ended| ended.id));
    }
    assert_eq!(rounds, [3, 3, 1, 0]);
    assert_eq!(gone, (1..=7).map(id).collect());
}

pub async fn why_a_session_ended_is_remembered_for_thirty_days<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    let last_moment = at(1).after(ENDED_SESSION_RETENTION).before(Duration::from_millis(1));
    sweep(store, last_moment).await;
    assert_eq!(store.ended(id(1)).await.unwrap(), Some(ended(1, at(1), EndReason::SignedOut)));
    sweep(store, at(1).after(ENDED_SESSION_RETENTION)).await;
    assert_eq!(store.ended(id(1)).await.unwrap(), None);
    assert_eq!(store.ended(id(2)).await.unwrap(), Some(ended(2, last_moment, ABSOLUTE)));
}
