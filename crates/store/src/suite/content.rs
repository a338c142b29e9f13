//! What changes while a session lives: its content and when it was last seen.

use crossgate_core::session::{EndReason, SessionRecord};

use super::fixture::{at, create_all, id, record, together};
use crate::{Activity, EndOutcome, ReplaceOutcome, Store};

pub async fn new_content_counts_the_version_up<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    let first = store.replace_content(id(1), 1, b"second".to_vec()).await.unwrap();
    assert_eq!(first, ReplaceOutcome::Replaced { version: 2 });
    let second = store.replace_content(id(1), 2, b"third".to_vec()).await.unwrap();
    assert_eq!(second, ReplaceOutcome::Replaced { version: 3 });
    let expected = SessionRecord { version: 3, sealed: b"third".to_vec(), ..record(1) };
    assert_eq!(store.load(id(1)).await.unwrap(), Some(expected), "and nothing else changes");
    assert_eq!(store.load(id(2)).await.unwrap(), Some(record(2)), "and nobody else's");
}

pub async fn a_stale_writer_is_refused_and_learns_the_version<S: Store + ?Sized>(store: &S) {
    create_all(store, [SessionRecord { version: 5, ..record(1) }]).await;
    for stale in [0, 4, 6, u64::MAX] {
        let outcome = store.replace_content(id(1), stale, b"stale".to_vec()).await.unwrap();
        assert_eq!(outcome, ReplaceOutcome::Stale { current: 5 }, "writer of version {stale}");
    }
    let expected = SessionRecord { version: 5, ..record(1) };
    assert_eq!(store.load(id(1)).await.unwrap(), Some(expected));
}

pub async fn content_for_a_session_that_is_gone_goes_nowhere<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    for gone in [id(1), id(2)] {
        let outcome = store.replace_content(gone, 1, b"late".to_vec()).await.unwrap();
        assert_eq!(outcome, ReplaceOutcome::Gone);
        assert_eq!(store.load(gone).await.unwrap(), None);
    }
}

pub async fn of_two_writers_of_the_same_version_one_wins<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let writes = [b"one", b"two"].map(|sealed| store.replace_content(id(1), 1, sealed.to_vec()));
    let outcomes: Vec<_> = together(writes.into()).await.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.contains(&ReplaceOutcome::Replaced { version: 2 }), "{outcomes:?}");
    assert!(outcomes.contains(&ReplaceOutcome::Stale { current: 2 }), "{outcomes:?}");
    let winner = if outcomes[0] == (ReplaceOutcome::Replaced { version: 2 }) { b"one" } else { b"two" };
    assert_eq!(store.load(id(1)).await.unwrap().unwrap().sealed, winner);
}

pub async fn an_end_for_one_version_spares_every_other<S: Store + ?Sized>(store: &S) {
    create_all(store, [SessionRecord { version: 5, ..record(1) }]).await;
    for stale in [0, 4, 6, u64::MAX] {
        let outcome = store.end_unchanged(id(1), stale, EndReason::RefreshRefused, at(1)).await.unwrap();
        assert_eq!(outcome, EndOutcome::Stale { current: 5 }, "for version {stale}");
    }
    assert!(store.load(id(1)).await.unwrap().is_some());
    let outcome = store.end_unchanged(id(1), 5, EndReason::RefreshRefused, at(1)).await.unwrap();
    assert!(matches!(outcome, EndOutcome::Ended(ended) if ended.reason == EndReason::RefreshRefused));
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    let again = store.end_unchanged(id(1), 5, EndReason::SignedOut, at(2)).await.unwrap();
    assert_eq!(again, EndOutcome::Gone);
    assert_eq!(store.ended(id(1)).await.unwrap().unwrap().reason, EndReason::RefreshRefused);
}

pub async fn activity_moves_forward_and_changes_nothing_else<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2)]).await;
    store.touch(vec![Activity { id: id(1), seen_at: at(30) }]).await.unwrap();
    let expected = SessionRecord { last_seen_at: at(30), ..record(1) };
    assert_eq!(store.load(id(1)).await.unwrap(), Some(expected));
    assert_eq!(store.load(id(2)).await.unwrap(), Some(record(2)));
}

pub async fn activity_never_moves_backwards<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let seen = [30, 10, 20].map(|second| Activity { id: id(1), seen_at: at(second) });
    store.touch(seen.to_vec()).await.unwrap();
    store.touch(vec![Activity { id: id(1), seen_at: at(-5) }]).await.unwrap();
    assert_eq!(store.load(id(1)).await.unwrap().unwrap().last_seen_at, at(30));
}

pub async fn activity_revives_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    store.end(id(1), EndReason::SignedOut, at(1)).await.unwrap();
    store.touch(vec![Activity { id: id(1), seen_at: at(2) }]).await.unwrap();
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.ended(id(1)).await.unwrap().unwrap().ended_at, at(1));
}

pub async fn a_batch_of_activity_skips_what_is_gone<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2), record(3)]).await;
    store.end(id(2), EndReason::SignedOut, at(1)).await.unwrap();
    let batch = [1, 2, 99, 3].map(|number| Activity { id: id(number), seen_at: at(30) });
    store.touch(batch.to_vec()).await.unwrap();
    for number in [1, 3] {
        assert_eq!(store.load(id(number)).await.unwrap().unwrap().last_seen_at, at(30));
    }
}
