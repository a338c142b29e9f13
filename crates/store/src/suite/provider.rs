//! Sessions that a sign-in at a provider began.

use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, EndedSession, SessionRecord};

use super::fixture::{at, create_all, id, is_already_exists, new, record, record_of, subject, together};
use crate::{Activity, NewSession, ProviderSelector, ReplaceOutcome, Store};

const REASON: EndReason = EndReason::ProviderSignedOut;

fn key(number: u8) -> ProviderKey {
    ProviderKey::from_bytes([number; 32])
}

fn by_subject(number: u8) -> ProviderSelector {
    ProviderSelector::Subject(key(number))
}

fn by_session(number: u8) -> ProviderSelector {
    ProviderSelector::Session(key(number))
}

fn by_both(subject: u8, session: u8) -> ProviderSelector {
    ProviderSelector::Both { subject: key(subject), session: key(session) }
}

/// Ada's session number so and so, which a provider began.
fn signed_in(number: u8, subject: u8, session: Option<u8>) -> SessionRecord {
    let provider = ProviderKeys { subject: key(subject), session: session.map(key) };
    SessionRecord { provider: Some(provider), ..record(number) }
}

pub async fn the_keys_of_a_provider_are_kept_field_by_field<S: Store + ?Sized>(store: &S) {
    let records = [
        signed_in(6, 1, Some(2)),
        signed_in(5, 2, Some(1)),
        signed_in(4, 1, None),
        signed_in(3, 0, Some(0)),
        signed_in(2, 255, Some(255)),
        record(1),
    ];
    create_all(store, records.clone()).await;
    for created in &records {
        assert_eq!(store.load(created.id).await.unwrap().as_ref(), Some(created));
    }
    assert_eq!(store.list(subject("ada")).await.unwrap(), records);
}

pub async fn new_content_and_activity_leave_the_keys_of_a_provider_alone<S: Store + ?Sized>(store: &S) {
    let records = [signed_in(1, 1, Some(2)), signed_in(2, 1, None), record(3)];
    create_all(store, records.clone()).await;
    for created in records {
        store.replace_content(created.id, 1, b"new".to_vec()).await.unwrap();
        store.touch(vec![Activity { id: created.id, seen_at: at(30) }]).await.unwrap();
        let id = created.id;
        let expected = SessionRecord { last_seen_at: at(30), version: 2, sealed: b"new".to_vec(), ..created };
        assert_eq!(store.load(id).await.unwrap(), Some(expected));
    }
}

/// Sessions whose keys a careless comparison takes for one another.
fn population() -> Vec<SessionRecord> {
    let nearly = |last: u8| {
        let mut bytes = [1; 32];
        bytes[31] = last;
        ProviderKey::from_bytes(bytes)
    };
    let near = ProviderKeys { subject: nearly(2), session: Some(nearly(3)) };
    vec![
        signed_in(1, 1, Some(2)),
        SessionRecord { subject: subject("bob"), ..signed_in(2, 1, Some(3)) },
        signed_in(3, 1, None),
        signed_in(4, 2, Some(1)),
        SessionRecord { subject: subject("eve"), ..signed_in(5, 3, Some(2)) },
        signed_in(6, 4, None),
        signed_in(7, 5, Some(5)),
        SessionRecord { provider: Some(near), ..record(8) },
        record(9),
        record_of("bob", 10),
    ]
}

/// Ends what the selector names: these sessions, each with its person and its reason, and nothing else.
async fn ends_exactly<S: Store + ?Sized>(store: &S, selector: ProviderSelector, numbers: &[u8]) {
    create_all(store, population()).await;
    let (gone, spared): (Vec<_>, Vec<_>) =
        population().into_iter().partition(|record| numbers.iter().any(|number| record.id == id(*number)));
    let mut ended = store.end_all_of_provider(selector, REASON, at(5)).await.unwrap();
    ended.sort_by_key(|ended| ended.id);
    let expected = gone.into_iter().map(|SessionRecord { id, subject, .. }| EndedSession {
        id,
        subject,
        ended_at: at(5),
        reason: REASON,
    });
    assert_eq!(ended, expected.collect::<Vec<_>>());
    for ended in ended {
        assert_eq!(store.load(ended.id).await.unwrap(), None);
        assert_eq!(store.ended(ended.id).await.unwrap(), Some(ended));
    }
    for spared in spared {
        assert_eq!(store.ended(spared.id).await.unwrap(), None);
        assert_eq!(store.load(spared.id).await.unwrap(), Some(spared));
    }
}

pub async fn a_person_at_a_provider_loses_all_sessions_and_nobody_else_any<S: Store + ?Sized>(store: &S) {
    ends_exactly(store, by_subject(1), &[1, 2, 3]).await;
}

pub async fn a_session_at_a_provider_ends_its_sessions_and_no_others<S: Store + ?Sized>(store: &S) {
    ends_exactly(store, by_session(2), &[1, 5]).await;
}

pub async fn a_session_and_a_person_at_a_provider_must_both_fit_where_known<S: Store + ?Sized>(store: &S) {
    ends_exactly(store, by_both(1, 2), &[1, 3]).await;
}

pub async fn a_logout_that_is_about_nobody_ends_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, population()).await;
    let strangers = [
        by_subject(9),
        by_session(9),
        by_session(4),
        by_both(2, 9),
        by_both(9, 2),
        by_both(3, 1),
        by_both(5, 4),
    ];
    for selector in strangers {
        assert_eq!(store.end_all_of_provider(selector, REASON, at(5)).await.unwrap(), [], "{selector:?}");
    }
    for record in population() {
        assert_eq!(store.load(record.id).await.unwrap(), Some(record));
    }
}

pub async fn every_reason_of_an_end_by_a_provider_can_be_read_afterwards<S: Store + ?Sized>(store: &S) {
    for (number, reason) in (1..).zip(EndReason::ALL) {
        create_all(store, [signed_in(number, 1, Some(2))]).await;
        let ended = store.end_all_of_provider(by_both(1, 2), reason, at(5)).await.unwrap();
        assert_eq!(ended.len(), 1);
        assert_eq!(store.ended(id(number)).await.unwrap().as_ref(), ended.first());
        assert_eq!(ended[0].reason, reason);
    }
}

pub async fn what_a_provider_ended_never_comes_back<S: Store + ?Sized>(store: &S) {
    create_all(store, [signed_in(1, 1, Some(2))]).await;
    store.end_all_of_provider(by_session(2), REASON, at(5)).await.unwrap();
    store.touch(vec![Activity { id: id(1), seen_at: at(6) }]).await.unwrap();
    assert_eq!(store.replace_content(id(1), 1, b"late".to_vec()).await.unwrap(), ReplaceOutcome::Gone);
    assert!(is_already_exists(&store.create(new(signed_in(1, 1, Some(2)))).await));
    assert_eq!(store.end(id(1), EndReason::SignedOut, at(7)).await.unwrap(), None);
    for selector in [by_subject(1), by_session(2), by_both(1, 2)] {
        assert_eq!(store.end_all_of_provider(selector, EndReason::SignedOut, at(7)).await.unwrap(), []);
    }
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.list(subject("ada")).await.unwrap(), []);
    let ended = store.ended(id(1)).await.unwrap().unwrap();
    assert_eq!((ended.reason, ended.ended_at), (REASON, at(5)), "the first reason stays");
}

pub async fn a_provider_ends_nothing_that_ended_otherwise<S: Store + ?Sized>(store: &S) {
    create_all(store, [signed_in(1, 1, Some(2)), signed_in(2, 1, Some(2))]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    store.create(NewSession { record: signed_in(3, 1, Some(2)), replaces: Some(id(2)) }).await.unwrap();
    let ended = store.end_all_of_provider(by_subject(1), REASON, at(5)).await.unwrap();
    assert_eq!(ended.iter().map(|ended| ended.id).collect::<Vec<_>>(), [id(3)]);
    assert_eq!(store.ended(id(1)).await.unwrap().unwrap().reason, EndReason::SignedOut);
    assert_eq!(store.ended(id(2)).await.unwrap().unwrap().reason, EndReason::Replaced);
}

pub async fn of_several_logouts_at_the_same_time_each_session_ends_by_one<S: Store + ?Sized>(store: &S) {
    create_all(store, [signed_in(1, 1, Some(2)), signed_in(2, 1, Some(2))]).await;
    let selectors = [by_subject(1), by_session(2), by_both(1, 2), by_subject(1)];
    let logouts = selectors.map(|selector| store.end_all_of_provider(selector, REASON, at(5)));
    let ended: Vec<_> = together(logouts.into()).await.into_iter().flat_map(Result::unwrap).collect();
    let mut ids: Vec<_> = ended.iter().map(|ended| ended.id).collect();
    ids.sort();
    assert_eq!(ids, [id(1), id(2)]);
}
