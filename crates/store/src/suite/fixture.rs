//! What the checks share: values, and two futures at once without a runtime.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionLifetimes, SessionRecord};
use crossgate_core::time::Timestamp;

use crate::{CounterName, NewSession, Store, StoreError, StoreFuture};

/// A minute of idle time, ten minutes in all.
pub(super) const LIFETIMES: SessionLifetimes =
    SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };

/// Some day in 2023, and so many seconds.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

pub(super) fn id(number: u8) -> HashedSessionId {
    HashedSessionId::from_bytes([number; 32])
}

pub(super) fn counter(number: u8) -> CounterName {
    CounterName::from_bytes([number; 32])
}

pub(super) fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

/// Ada's session number so and so, which began at second 0.
pub(super) fn record(number: u8) -> SessionRecord {
    SessionRecord {
        id: id(number),
        subject: subject("ada"),
        created_at: at(0),
        last_seen_at: at(0),
        provider: None,
        version: 1,
        sealed: vec![number; 100],
    }
}

pub(super) fn record_of(person: &str, number: u8) -> SessionRecord {
    SessionRecord { subject: subject(person), ..record(number) }
}

pub(super) fn new(record: SessionRecord) -> NewSession {
    NewSession { record, replaces: None }
}

/// Creates the sessions, all of which must be new.
pub(super) async fn create_all<S: Store + ?Sized>(
    store: &S,
    records: impl IntoIterator<Item = SessionRecord>,
) {
    for record in records {
        store.create(new(record)).await.unwrap();
    }
}

pub(super) fn is_already_exists<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::AlreadyExists { .. }))
}

/// Waits for all of the futures at once, whatever the executor.
pub(super) async fn together<T>(mut futures: Vec<StoreFuture<'_, T>>) -> Vec<Result<T, StoreError>> {
    let mut results: Vec<_> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *result = Some(value);
            }
        }
        if results.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
