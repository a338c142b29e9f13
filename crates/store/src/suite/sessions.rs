//! Beginning, finding and ending sessions.

use crossgate_core::session::{EndReason, EndedSession, HashedSessionId, SessionRecord};

use super::fixture::{at, create_all, id, is_already_exists, new, record, record_of, subject, together};
use crate::{NewSession, Store};

pub async fn a_created_session_is_loaded_field_by_field<S: Store + ?Sized>(store: &S) {
    let created = SessionRecord {
        created_at: at(1),
        last_seen_at: at(2),
        version: 3,
        sealed: vec![0, 255, 7],
        ..record(1)
    };
    create_all(store, [created.clone(), record(2)]).await;
    assert_eq!(store.load(id(1)).await.unwrap(), Some(created));
    assert_eq!(store.load(id(2)).await.unwrap(), Some(record(2)));
}

pub async fn an_unknown_session_is_absent_and_not_an_error<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    assert_eq!(store.load(id(2)).await.unwrap(), None);
    assert_eq!(store.end(id(2), EndReason::SignedOut, at(1)).await.unwrap(), None);
}

pub async fn the_same_id_is_never_created_twice<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    assert!(is_already_exists(&store.create(new(record_of("eve", 1))).await));
    assert_eq!(store.load(id(1)).await.unwrap(), Some(record(1)), "the first one is untouched");
    assert_eq!(store.list(subject("eve")).await.unwrap(), []);
}

pub async fn of_two_creations_with_the_same_id_at_the_same_time_one_wins<S: Store + ?Sized>(store: &S) {
    let results =
        together(vec![store.create(new(record_of("ada", 1))), store.create(new(record_of("bob", 1)))]).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|result| is_already_exists(result)).count(), 1);
    let winner = if results[0].is_ok() { "ada" } else { "bob" };
    assert_eq!(store.load(id(1)).await.unwrap(), Some(record_of(winner, 1)));
}

pub async fn an_ended_id_is_never_created_again<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    assert!(is_already_exists(&store.create(new(record(1))).await));
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    let itself = NewSession { record: record(2), replaces: Some(id(2)) };
    store.create(itself.clone()).await.unwrap();
    assert!(is_already_exists(&store.create(itself).await), "nor by saying that it replaces itself");
}

pub async fn a_new_session_ends_the_one_it_replaces<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let second = SessionRecord { created_at: at(30), ..record_of("bob", 2) };
    store.create(NewSession { record: second, replaces: Some(id(1)) }).await.unwrap();
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert!(store.load(id(2)).await.unwrap().is_some());
    let expected =
        EndedSession { id: id(1), subject: subject("ada"), ended_at: at(30), reason: EndReason::Replaced };
    assert_eq!(store.ended(id(1)).await.unwrap(), Some(expected));
}

pub async fn replacing_a_session_that_is_gone_is_no_error<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    for (number, gone) in [(2, id(1)), (3, id(99))] {
        store.create(NewSession { record: record(number), replaces: Some(gone) }).await.unwrap();
        assert!(store.load(id(number)).await.unwrap().is_some());
    }
    let ended = store.ended(id(1)).await.unwrap().unwrap();
    assert_eq!(ended.reason, EndReason::SignedOut, "the first reason stays");
}

pub async fn a_refused_creation_ends_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    let refused = NewSession { record: record(1), replaces: Some(id(2)) };
    assert!(is_already_exists(&store.create(refused).await));
    assert_eq!(store.load(id(2)).await.unwrap(), Some(record(2)));
    assert_eq!(store.ended(id(2)).await.unwrap(), None);
}

pub async fn an_ended_session_is_gone_everywhere<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    let ended = store.end(id(1), EndReason::RevokedByOwner, at(5)).await.unwrap();
    let expected = EndedSession {
        id: id(1),
        subject: subject("ada"),
        ended_at: at(5),
        reason: EndReason::RevokedByOwner,
    };
    assert_eq!(ended, Some(expected));
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(ids(&store.list(subject("ada")).await.unwrap()), [id(2)]);
}

pub async fn a_session_ends_once<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    assert!(store.end(id(1), EndReason::SignedOut, at(5)).await.unwrap().is_some());
    assert_eq!(store.end(id(1), EndReason::RevokedByOperator, at(6)).await.unwrap(), None);
    assert_eq!(store.end_all_of(subject("ada"), EndReason::RevokedByOperator, at(6)).await.unwrap(), []);
    assert_eq!(store.ended(id(1)).await.unwrap().unwrap().reason, EndReason::SignedOut);
}

pub async fn of_two_ends_at_the_same_time_one_ends_it<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let ends =
        [EndReason::SignedOut, EndReason::RevokedByOperator].map(|reason| store.end(id(1), reason, at(5)));
    let results = together(ends.into()).await;
    assert_eq!(results.into_iter().filter(|result| result.as_ref().unwrap().is_some()).count(), 1);
}

pub async fn every_reason_can_be_read_afterwards<S: Store + ?Sized>(store: &S) {
    for (number, reason) in (1..).zip(EndReason::ALL) {
        create_all(store, [record(number)]).await;
        let ended = store.end(id(number), reason, at(5)).await.unwrap();
        assert_eq!(ended.as_ref().unwrap().reason, reason);
        assert_eq!(store.ended(id(number)).await.unwrap(), ended);
    }
}

pub async fn a_session_that_never_was_has_no_reason<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    assert_eq!(store.ended(id(1)).await.unwrap(), None, "it lives");
    assert_eq!(store.ended(id(2)).await.unwrap(), None, "it never was");
}

pub async fn ending_all_of_a_person_spares_everybody_else<S: Store + ?Sized>(store: &S) {
    // Names that a careless comparison takes for Ada's.
    let others = ["Ada", "ada ", "adá", "ad", "ada%", "%", "ada1"];
    create_all(store, [record(1), record(2)]).await;
    create_all(store, (10..).zip(others).map(|(number, person)| record_of(person, number))).await;
    let ended = store.end_all_of(subject("ada"), EndReason::SignedOutEverywhere, at(5)).await.unwrap();
    let mut ended_ids: Vec<_> = ended.iter().map(|ended| ended.id).collect();
    ended_ids.sort();
    assert_eq!(ended_ids, [id(1), id(2)]);
    assert!(ended.iter().all(|ended| ended.subject == subject("ada") && ended.ended_at == at(5)));
    assert_eq!(store.ended(id(1)).await.unwrap().unwrap().reason, EndReason::SignedOutEverywhere);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    for (number, person) in (10..).zip(others) {
        assert!(store.load(id(number)).await.unwrap().is_some(), "{person:?} is somebody else");
    }
}

pub async fn a_list_holds_ones_own_sessions_newest_first<S: Store + ?Sized>(store: &S) {
    let began = |number, second| SessionRecord { created_at: at(second), ..record(number) };
    create_all(store, [began(1, 20), began(2, 30), began(3, 10), record_of("bob", 4), record_of("ADA", 5)])
        .await;
    let list = store.list(subject("ada")).await.unwrap();
    assert_eq!(list, [began(2, 30), began(1, 20), began(3, 10)]);
    assert_eq!(store.list(subject("nobody")).await.unwrap(), []);
}

fn ids(records: &[SessionRecord]) -> Vec<HashedSessionId> {
    records.iter().map(|record| record.id).collect()
}
