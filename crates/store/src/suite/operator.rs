//! What an operator does with sessions: find them by their public names, list them, end many.

use std::collections::BTreeSet;

use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionHandle, SessionRecord};

use super::fixture::{at, create_all, id, record, record_of, subject, together};
use crate::Store;

const REASON: EndReason = EndReason::RevokedByOperator;

/// Sessions 1 to 5, of two people, which began at second 50, 40, 30, 20 and 10.
fn population() -> Vec<SessionRecord> {
    let began = |number: u8| at(i64::from(60 - 10 * number));
    let person = |number: u8| if number.is_multiple_of(2) { "bob" } else { "ada" };
    (1..=5)
        .map(|number| SessionRecord { created_at: began(number), ..record_of(person(number), number) })
        .collect()
}

fn ids(ended: &[EndedSession]) -> BTreeSet<HashedSessionId> {
    ended.iter().map(|ended| ended.id).collect()
}

pub async fn everybody_who_signed_in_before_a_time_loses_the_session_and_nobody_else<S: Store + ?Sized>(
    store: &S,
) {
    create_all(store, population()).await;
    let ended = store.end_all_before(at(30), REASON, at(99), 100).await.unwrap();
    assert_eq!(ids(&ended), [4, 5].map(id).into());
    for ended in ended {
        let whose = subject(if ended.id == id(4) { "bob" } else { "ada" });
        assert_eq!(ended, EndedSession { id: ended.id, subject: whose, ended_at: at(99), reason: REASON });
        assert_eq!(store.load(ended.id).await.unwrap(), None);
        assert_eq!(store.ended(ended.id).await.unwrap(), Some(ended));
    }
    for spared in population().into_iter().take(3) {
        assert_eq!(store.ended(spared.id).await.unwrap(), None);
        assert_eq!(store.load(spared.id).await.unwrap(), Some(spared));
    }
    assert_eq!(store.end_all_before(at(30), REASON, at(99), 100).await.unwrap(), []);
}

pub async fn no_more_sessions_than_the_limit_end_at_once_the_oldest_first<S: Store + ?Sized>(store: &S) {
    create_all(store, population()).await;
    assert_eq!(store.end_all_before(at(99), REASON, at(99), 0).await.unwrap(), []);
    for expected in [&[4, 5][..], &[2, 3], &[1], &[]] {
        let ended = store.end_all_before(at(99), REASON, at(99), 2).await.unwrap();
        assert_eq!(ids(&ended), expected.iter().copied().map(id).collect());
        assert_eq!(ended.len(), expected.len());
    }
}

pub async fn of_several_that_end_sessions_at_the_same_time_each_is_ended_by_one<S: Store + ?Sized>(
    store: &S,
) {
    create_all(store, population()).await;
    let ends = (0..4).map(|_| store.end_all_before(at(40), REASON, at(99), 2)).collect();
    let ended: Vec<_> = together(ends).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(ended.len(), 3);
    assert_eq!(ids(&ended), [3, 4, 5].map(id).into());
}

/// Ids whose handles a careless comparison takes for one another.
fn alike() -> Vec<HashedSessionId> {
    let with = |index: usize, byte: u8| {
        let mut bytes = [7; 32];
        bytes[index] = byte;
        HashedSessionId::from_bytes(bytes)
    };
    vec![id(7), id(0), id(255), with(11, 6), with(11, 8), with(0, 6), with(10, 8), with(0, 255)]
}

fn of_id(id: HashedSessionId) -> SessionRecord {
    SessionRecord { id, ..record(1) }
}

pub async fn a_session_is_found_by_its_handle<S: Store + ?Sized>(store: &S) {
    create_all(store, alike().into_iter().map(of_id)).await;
    for id in alike() {
        assert_eq!(store.load_by_handle(id.handle()).await.unwrap(), Some(of_id(id)));
        assert_eq!(store.ended_by_handle(id.handle()).await.unwrap(), None, "it lives");
    }
}

pub async fn a_session_that_ended_is_found_by_its_handle<S: Store + ?Sized>(store: &S) {
    create_all(store, alike().into_iter().map(of_id)).await;
    for id in alike() {
        let ended = store.end(id, REASON, at(5)).await.unwrap();
        assert!(ended.is_some());
        assert_eq!(store.load_by_handle(id.handle()).await.unwrap(), None);
        assert_eq!(store.ended_by_handle(id.handle()).await.unwrap(), ended);
    }
}

pub async fn a_handle_that_is_nobodys_finds_nothing<S: Store + ?Sized>(store: &S) {
    let (first, others) = (alike()[0], alike().into_iter().skip(1));
    create_all(store, others.clone().map(of_id)).await;
    assert_eq!(store.load_by_handle(first.handle()).await.unwrap(), None);
    for id in others {
        store.end(id, REASON, at(5)).await.unwrap();
    }
    assert_eq!(store.ended_by_handle(first.handle()).await.unwrap(), None);
    let unknown = SessionHandle::parse("________________").unwrap();
    assert_eq!(store.load_by_handle(unknown).await.unwrap(), None, "that of the last id, which ended");
}

pub async fn a_list_of_all_is_read_in_pieces<S: Store + ?Sized>(store: &S) {
    let numbers = [0, 1, 2, 127, 128, 254, 255];
    create_all(store, numbers.map(|number| record_of(if number > 2 { "ada" } else { "bob" }, number))).await;
    for limit in 1..=8 {
        let (mut after, mut seen) = (None, Vec::new());
        for _ in 0..numbers.len() {
            let piece = store.list_all(after, limit).await.unwrap();
            assert!(piece.len() <= limit);
            after = piece.last().map(|last| last.id).or(after);
            seen.extend(piece.into_iter().map(|record| record.id));
        }
        assert_eq!(seen, numbers.map(id), "{limit} at once");
    }
}

pub async fn a_list_of_all_goes_on_after_a_session_that_is_gone<S: Store + ?Sized>(store: &S) {
    create_all(store, (1..=4).map(record)).await;
    store.end(id(2), REASON, at(5)).await.unwrap();
    assert_eq!(store.list_all(Some(id(2)), 9).await.unwrap(), [record(3), record(4)]);
    assert_eq!(store.list_all(None, 1).await.unwrap(), [record(1)]);
    assert_eq!(store.list_all(Some(id(4)), 9).await.unwrap(), []);
    assert_eq!(store.list_all(None, 0).await.unwrap(), []);
}
