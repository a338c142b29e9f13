//! Copying between stores in memory.

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::memory::MemoryStore;
use crossgate_store::{Activity, FirstUse, NewSession, Store, StoredKey, UseName};
use crossgate_testkit::{FaultyStore, Operation};

use super::*;

/// More than a page holds.
const MANY: u32 = 2300;

fn id(number: u32) -> HashedSessionId {
    let mut bytes = [9; 32];
    // Spread over all that there is, as hashes are.
    bytes[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    HashedSessionId::from_bytes(bytes)
}

/// So many seconds from now.
fn at(seconds: u64) -> Timestamp {
    SystemClock.now().after(Duration::from_secs(seconds))
}

fn record(number: u32) -> SessionRecord {
    SessionRecord {
        id: id(number),
        subject: Subject::parse(&format!("person-{}", number % 7)).unwrap(),
        created_at: Timestamp::from_seconds(i64::from(number)),
        last_seen_at: Timestamp::from_seconds(i64::from(number) + 5),
        provider: None,
        version: u64::from(number % 3) + 1,
        sealed: number.to_be_bytes().to_vec(),
    }
}

fn key(id: &str, second: i64) -> StoredKey {
    let created_at = Timestamp::from_seconds(second);
    StoredKey { id: id.to_owned(), algorithm: "ES256".to_owned(), created_at, sealed: id.into() }
}

async fn begin(store: &dyn Store, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        store.create(NewSession { record: record(number), replaces: None }).await.unwrap();
    }
}

async fn all(store: &dyn Store) -> Vec<SessionRecord> {
    store.list_all(None, usize::MAX).await.unwrap()
}

struct Two {
    from: Arc<dyn Store>,
    to: Arc<dyn Store>,
}

impl Two {
    fn new() -> Self {
        Self { from: Arc::new(MemoryStore::new()), to: Arc::new(MemoryStore::new()) }
    }

    async fn copy(&self) -> Result<Copied, StoreError> {
        Copying { from: Arc::clone(&self.from), to: Arc::clone(&self.to) }.run().await
    }
}

#[tokio::test]
async fn everything_that_matters_is_taken_along() {
    let two = Two::new();
    begin(&*two.from, 0..MANY).await;
    let ended = two.from.end(id(7), EndReason::SignedOut, at(0)).await.unwrap().unwrap();
    let name = UseName::from_bytes([1; 32]);
    assert_eq!(two.from.use_once(name, at(900), at(0)).await.unwrap(), FirstUse::Yes);
    two.from.add_first_key(key("old", 1)).await.unwrap();
    two.from.add_key_after("old".to_owned(), key("new", 2)).await.unwrap();
    let copied = two.copy().await.unwrap();
    assert_eq!(copied.sessions, Tally { copied: MANY as usize - 1, ..Tally::default() });
    assert_eq!(copied.rest, Rest { keys: 2, ended: 1, ended_there: 0, used: 1 });
    assert_eq!(all(&*two.to).await, all(&*two.from).await);
    assert_eq!(two.to.ended(id(7)).await.unwrap(), Some(ended));
    assert!(two.to.was_used(name, at(0)).await.unwrap());
    assert_eq!(two.to.load_keys().await.unwrap(), [key("old", 1), key("new", 2)]);
}

#[tokio::test]
async fn a_second_run_writes_what_changed_since() {
    let two = Two::new();
    begin(&*two.from, 0..10).await;
    two.copy().await.unwrap();
    for version in record(1).version..record(1).version + 3 {
        two.from.replace_content(id(1), version, b"renewed".to_vec()).await.unwrap();
    }
    two.from.touch(vec![Activity { id: id(2), seen_at: at(0) }]).await.unwrap();
    two.from.end(id(3), EndReason::SignedOut, at(0)).await.unwrap();
    begin(&*two.from, [10]).await;
    let copied = two.copy().await.unwrap();
    assert_eq!(copied.sessions, Tally { copied: 1, changed: 1, same: 8, ..Tally::default() });
    assert_eq!(copied.rest.ended_there, 1);
    assert_eq!(all(&*two.to).await, all(&*two.from).await);
}

#[tokio::test]
async fn what_the_new_store_knows_better_is_left_alone() {
    let two = Two::new();
    begin(&*two.from, 0..10).await;
    two.copy().await.unwrap();
    two.to.replace_content(id(1), record(1).version, b"renewed there".to_vec()).await.unwrap();
    two.to.end(id(2), EndReason::SignedOut, at(0)).await.unwrap();
    begin(&*two.to, [20]).await;
    let before = all(&*two.to).await;
    let copied = two.copy().await.unwrap();
    assert_eq!(copied.sessions, Tally { same: 8, newer_there: 1, ended_there: 1, ..Tally::default() });
    assert_eq!(all(&*two.to).await, before);
}

/// Both nodes renewed, each in its own store: the new one serves.
#[tokio::test]
async fn of_two_contents_of_one_version_the_new_stores_stays() {
    let two = Two::new();
    begin(&*two.from, [1]).await;
    two.copy().await.unwrap();
    two.from.replace_content(id(1), record(1).version, b"here".to_vec()).await.unwrap();
    two.to.replace_content(id(1), record(1).version, b"there".to_vec()).await.unwrap();
    assert_eq!(two.copy().await.unwrap().sessions, Tally { newer_there: 1, ..Tally::default() });
    assert_eq!(two.to.load(id(1)).await.unwrap().unwrap().sealed, b"there");
}

#[tokio::test]
async fn after_an_interruption_it_goes_on() {
    let faulty = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
    let two = Two { to: faulty.clone(), ..Two::new() };
    begin(&*two.from, 0..MANY).await;
    faulty.fail(Operation::TakeOverEnded);
    assert!(two.copy().await.is_err());
    faulty.heal();
    let copied = two.copy().await.unwrap();
    assert_eq!(copied.sessions, Tally { same: MANY as usize, ..Tally::default() });
    assert_eq!(all(&*two.to).await, all(&*two.from).await);
}

#[tokio::test]
async fn a_key_that_was_made_there_stays_beside_ours() {
    let two = Two::new();
    two.from.add_first_key(key("ours", 1)).await.unwrap();
    two.to.add_first_key(key("theirs", 2)).await.unwrap();
    assert_eq!(two.copy().await.unwrap().rest.keys, 1);
    assert_eq!(two.to.load_keys().await.unwrap(), [key("ours", 1), key("theirs", 2)]);
}
