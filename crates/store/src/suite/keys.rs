//! Signing keys.

use super::fixture::{at, is_already_exists, together};
use crate::{Store, StoredKey};

fn key(id: &str, algorithm: &str, second: i64) -> StoredKey {
    let sealed = format!("sealed key {id}").into_bytes();
    StoredKey { id: id.into(), algorithm: algorithm.into(), created_at: at(second), sealed }
}

pub async fn a_new_store_has_no_keys<S: Store + ?Sized>(store: &S) {
    assert_eq!(store.load_keys().await.unwrap(), []);
}

pub async fn a_first_key_is_kept_field_by_field<S: Store + ?Sized>(store: &S) {
    let added = store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    assert_eq!(added, [key("k1", "ES256", 1)]);
    assert_eq!(store.load_keys().await.unwrap(), [key("k1", "ES256", 1)]);
}

pub async fn a_second_key_of_an_algorithm_is_not_added<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    for late in [key("k2", "ES256", 0), key("k1", "ES256", 2)] {
        assert_eq!(store.add_first_key(late).await.unwrap(), [key("k1", "ES256", 1)]);
    }
    assert_eq!(store.load_keys().await.unwrap(), [key("k1", "ES256", 1)]);
}

pub async fn each_algorithm_has_its_own_first_key<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k2", "RS256", 2)).await.unwrap();
    let keys = store.add_first_key(key("k1", "EdDSA", 1)).await.unwrap();
    assert_eq!(keys, [key("k1", "EdDSA", 1), key("k2", "RS256", 2)], "the oldest is first");
}

pub async fn processes_that_start_together_agree_on_one_key<S: Store + ?Sized>(store: &S) {
    let names: Vec<_> = (0..8).map(|number| format!("k{number}")).collect();
    let results = together(names.iter().map(|id| store.add_first_key(key(id, "ES256", 1))).collect()).await;
    let stored = store.load_keys().await.unwrap();
    assert_eq!(stored.len(), 1);
    for keys in results {
        assert_eq!(keys.unwrap(), stored);
    }
}

pub async fn an_id_is_never_given_to_a_second_key<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    assert!(is_already_exists(&store.add_first_key(key("k1", "RS256", 2)).await));
    assert_eq!(store.load_keys().await.unwrap(), [key("k1", "ES256", 1)]);
}

pub async fn a_key_is_added_after_the_newest_of_its_algorithm<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    store.add_first_key(key("r1", "RS256", 9)).await.unwrap();
    let keys = store.add_key_after("k1".into(), key("k2", "ES256", 2)).await.unwrap();
    assert_eq!(keys, [key("k1", "ES256", 1), key("k2", "ES256", 2), key("r1", "RS256", 9)]);
    assert_eq!(store.load_keys().await.unwrap(), keys);
    let keys = store.add_key_after("k2".into(), key("k3", "ES256", 3)).await.unwrap();
    assert_eq!(keys.len(), 4);
}

pub async fn a_key_is_not_added_after_one_that_is_not_the_newest<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    store.add_first_key(key("r1", "RS256", 9)).await.unwrap();
    let before = store.add_key_after("k1".into(), key("k2", "ES256", 2)).await.unwrap();
    for other in ["k1", "r1", "nobody", ""] {
        assert_eq!(
            store.add_key_after(other.into(), key("k3", "ES256", 3)).await.unwrap(),
            before,
            "{other}"
        );
    }
    assert_eq!(
        store.add_key_after("k2".into(), key("e1", "EdDSA", 3)).await.unwrap(),
        before,
        "another kind"
    );
    assert_eq!(store.load_keys().await.unwrap(), before);
}

pub async fn of_keys_that_were_made_together_the_last_id_is_the_newest<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("b", "ES256", 1)).await.unwrap();
    store.add_key_after("b".into(), key("a", "ES256", 1)).await.unwrap();
    assert_eq!(store.add_key_after("a".into(), key("c", "ES256", 2)).await.unwrap().len(), 2);
    assert_eq!(store.add_key_after("b".into(), key("c", "ES256", 2)).await.unwrap().len(), 3);
}

pub async fn of_processes_that_add_a_key_at_the_same_time_one_wins<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k", "ES256", 0)).await.unwrap();
    let names: Vec<_> = (0..8).map(|number| format!("k{number}")).collect();
    let adding = names.iter().map(|id| store.add_key_after("k".into(), key(id, "ES256", 1)));
    let results = together(adding.collect()).await;
    let stored = store.load_keys().await.unwrap();
    assert_eq!(stored.len(), 2);
    for keys in results {
        assert_eq!(keys.unwrap(), stored);
    }
}

pub async fn an_id_that_is_taken_is_never_added_again<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    store.add_key_after("k1".into(), key("k2", "ES256", 2)).await.unwrap();
    assert!(is_already_exists(&store.add_key_after("k2".into(), key("k1", "ES256", 3)).await));
    assert_eq!(store.load_keys().await.unwrap(), [key("k1", "ES256", 1), key("k2", "ES256", 2)]);
}

pub async fn a_key_that_is_sealed_again_is_the_same_key<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    store.add_key_after("k1".into(), key("k2", "ES256", 2)).await.unwrap();
    assert!(store.reseal_key("k1".into(), b"another form".to_vec()).await.unwrap());
    let again = StoredKey { sealed: b"another form".to_vec(), ..key("k1", "ES256", 1) };
    assert_eq!(store.load_keys().await.unwrap(), [again, key("k2", "ES256", 2)]);
}

pub async fn a_removed_key_is_gone_and_sealing_it_again_does_not_bring_it_back<S: Store + ?Sized>(store: &S) {
    store.add_first_key(key("k1", "ES256", 1)).await.unwrap();
    store.add_key_after("k1".into(), key("k2", "ES256", 2)).await.unwrap();
    assert!(store.remove_key("k1".into()).await.unwrap());
    assert!(!store.remove_key("k1".into()).await.unwrap(), "it is removed once");
    assert!(!store.reseal_key("k1".into(), b"another form".to_vec()).await.unwrap());
    assert_eq!(store.load_keys().await.unwrap(), [key("k2", "ES256", 2)]);
    assert!(store.remove_key("k2".into()).await.unwrap());
    assert_eq!(store.add_first_key(key("k3", "ES256", 3)).await.unwrap(), [key("k3", "ES256", 3)]);
}
