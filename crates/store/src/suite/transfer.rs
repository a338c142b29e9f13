//! What is kept gets to another store.

use std::collections::BTreeSet;

use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;

use super::fixture::{at, create_all, id, new, record, record_of, subject};
use crate::{FirstUse, SessionEvent, Store, UseName, UsedName};

async fn all_ended<S: Store + ?Sized>(store: &S) -> Vec<EndedSession> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = store.ended_page(after).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            rows.sort_by_key(|ended: &EndedSession| ended.id);
            rows.dedup();
            return rows;
        }
    }
}

async fn all_used<S: Store + ?Sized>(store: &S, now: Timestamp) -> BTreeSet<UsedName> {
    let (mut rows, mut after) = (BTreeSet::new(), None);
    loop {
        let page = store.used_page(after, now).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

fn numbered(number: u32) -> [u8; 32] {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn ended_elsewhere(person: &str, number: u32, reason: EndReason) -> EndedSession {
    let id = HashedSessionId::from_bytes(numbered(number));
    EndedSession { id, subject: subject(person), ended_at: at(5), reason }
}

pub async fn a_new_store_has_nothing_to_take_along<S: Store + ?Sized>(store: &S) {
    assert_eq!(all_ended(store).await, []);
    assert_eq!(all_used(store, at(0)).await, BTreeSet::new());
    assert_eq!(store.take_over_ended(Vec::new()).await.unwrap(), 0);
}

pub async fn every_end_is_on_a_page<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record_of("bob", 2), record(3)]).await;
    store.end(id(1), EndReason::SignedOut, at(5)).await.unwrap();
    store.end(id(2), EndReason::RevokedByOperator, at(6)).await.unwrap();
    let of = |person, number, reason, second| EndedSession {
        id: id(number),
        subject: subject(person),
        ended_at: at(second),
        reason,
    };
    let expected = [of("ada", 1, EndReason::SignedOut, 5), of("bob", 2, EndReason::RevokedByOperator, 6)];
    assert_eq!(all_ended(store).await, expected);
}

pub async fn what_ended_elsewhere_is_remembered_and_never_begins_here<S: Store + ?Sized>(store: &S) {
    let known: Vec<_> =
        (0..2500).map(|number| ended_elsewhere("ada", number, EndReason::SignedOut)).collect();
    for chunk in known.chunks(700) {
        assert_eq!(store.take_over_ended(chunk.to_vec()).await.unwrap(), 0);
    }
    assert_eq!(all_ended(store).await, known);
    assert_eq!(store.ended(known[9].id).await.unwrap().as_ref(), Some(&known[9]));
    let again = SessionRecord { id: known[9].id, ..record(1) };
    assert!(store.create(new(again)).await.is_err());
}

pub async fn what_ended_elsewhere_ends_here_and_everybody_is_told<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    let start = store.newest_event().await.unwrap();
    let known = EndedSession { id: id(1), ..ended_elsewhere("ada", 0, EndReason::SignedOut) };
    assert_eq!(store.take_over_ended(vec![known.clone()]).await.unwrap(), 1);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.load(id(2)).await.unwrap(), Some(record(2)), "others go on");
    assert_eq!(store.ended(id(1)).await.unwrap(), Some(known.clone()));
    assert_eq!(store.take_over_ended(vec![known]).await.unwrap(), 0, "it ends once");
    let events = store.events_after(start, 10).await.unwrap().events;
    assert_eq!(events, [SessionEvent::Ended { id: id(1), reason: EndReason::SignedOut }]);
}

pub async fn an_end_that_is_known_here_stays_as_it_is<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let ours = store.end(id(1), EndReason::RevokedByOwner, at(3)).await.unwrap();
    let theirs = EndedSession { id: id(1), ..ended_elsewhere("ada", 0, EndReason::SignedOut) };
    assert_eq!(store.take_over_ended(vec![theirs]).await.unwrap(), 0);
    assert_eq!(store.ended(id(1)).await.unwrap(), ours);
}

pub async fn every_used_name_that_counts_is_on_a_page<S: Store + ?Sized>(store: &S) {
    let used = |number: u32| UsedName {
        name: UseName::from_bytes(numbered(number)),
        until: at(100 + i64::from(number % 2) * 100),
    };
    for number in 0..1200 {
        let UsedName { name, until } = used(number);
        assert_eq!(store.use_once(name, until, at(0)).await.unwrap(), FirstUse::Yes);
    }
    assert_eq!(all_used(store, at(99)).await, (0..1200).map(used).collect());
    let later = (0..1200).filter(|number| number % 2 == 1).map(used).collect();
    assert_eq!(all_used(store, at(100)).await, later, "the others may be used again");
}
