//! Sessions that a provider began, and can end.

use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, SessionRecord};

use super::fixture::{at, create_all, id, record, record_of};
use crate::{ProviderSelector, ReplaceOutcome, Store};

fn key(number: u8) -> ProviderKey {
    ProviderKey::from_bytes([number; 32])
}

/// A session of the person `subject` there, in their session `session` there.
fn of_provider(number: u8, subject: u8, session: Option<u8>) -> SessionRecord {
    let provider = Some(ProviderKeys { subject: key(subject), session: session.map(key) });
    SessionRecord { provider, ..record(number) }
}

/// Ends what is selected, and gives the numbers of the sessions that ended, in order.
async fn end<S: Store + ?Sized>(store: &S, selector: ProviderSelector) -> Vec<u8> {
    let ended = store.end_all_of_provider(selector, EndReason::ProviderSignedOut, at(5)).await.unwrap();
    let mut numbers: Vec<_> = ended.iter().map(|session| session.id.as_bytes()[0]).collect();
    numbers.sort_unstable();
    numbers
}

/// Two sessions of one person there, one of them without a session there; one of another person in the same session
/// there; one of another person whose key is that of the first one's session; one of nobody there.
async fn five<S: Store + ?Sized>(store: &S) {
    let sessions = [
        of_provider(1, 11, Some(21)),
        of_provider(2, 11, None),
        of_provider(3, 12, Some(21)),
        of_provider(4, 21, Some(11)),
        record_of("bob", 5),
    ];
    create_all(store, sessions).await;
}

pub async fn what_a_provider_is_found_by_is_kept_field_by_field<S: Store + ?Sized>(store: &S) {
    five(store).await;
    for expected in [of_provider(1, 11, Some(21)), of_provider(2, 11, None), record_of("bob", 5)] {
        assert_eq!(store.load(expected.id).await.unwrap(), Some(expected));
    }
    let listed = store.list(record(1).subject).await.unwrap();
    assert!(listed.contains(&of_provider(3, 12, Some(21))), "{listed:?}");
}

pub async fn a_provider_ends_all_sessions_of_a_person<S: Store + ?Sized>(store: &S) {
    five(store).await;
    assert_eq!(end(store, ProviderSelector::Subject(key(11))).await, [1, 2]);
    assert_eq!(end(store, ProviderSelector::Subject(key(11))).await, [0; 0], "each ends once");
    assert!(store.load(id(1)).await.unwrap().is_none() && store.load(id(4)).await.unwrap().is_some());
    assert_eq!(store.ended(id(2)).await.unwrap().unwrap().reason, EndReason::ProviderSignedOut);
}

pub async fn a_provider_ends_one_of_its_sessions<S: Store + ?Sized>(store: &S) {
    five(store).await;
    assert_eq!(end(store, ProviderSelector::Session(key(21))).await, [1, 3]);
    assert!(store.load(id(2)).await.unwrap().is_some() && store.load(id(4)).await.unwrap().is_some());
}

pub async fn a_provider_that_names_both_means_both_where_both_are_known<S: Store + ?Sized>(store: &S) {
    five(store).await;
    let both = |subject, session| ProviderSelector::Both { subject: key(subject), session: key(session) };
    assert_eq!(end(store, both(12, 99)).await, [0; 0]);
    assert_eq!(end(store, both(11, 21)).await, [1, 2], "2 may have begun there: nobody knows");
    assert!(store.load(id(3)).await.unwrap().is_some());
}

pub async fn new_content_changes_nothing_about_the_provider<S: Store + ?Sized>(store: &S) {
    five(store).await;
    let replaced = store.replace_content(id(1), 1, b"new".to_vec()).await.unwrap();
    assert_eq!(replaced, ReplaceOutcome::Replaced { version: 2 });
    assert_eq!(end(store, ProviderSelector::Session(key(21))).await, [1, 3]);
}
