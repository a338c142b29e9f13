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
