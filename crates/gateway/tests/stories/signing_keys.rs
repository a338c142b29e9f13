//! The keys that tokens are signed with come and go, and nobody notices.

use std::sync::Arc;
use std::time::Duration;

use crossgate_store::memory::MemoryStore;
use crossgate_store::{KeyStore as _, Store, StoredKey};
use crossgate_testkit::{Browser, Operation, Token, World, WorldBuilder, story, verified_by_key_set};
use serde_json::Value;

const DAILY: &str = "
[[api]]
token = 'issued'
[signing_keys]
rotate_every = '1d'
[session]
idle_timeout = '30d'
";

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const PUBLISH_LEAD: Duration = Duration::from_secs(600);
const RETIREMENT: Duration = Duration::from_secs(2 * 3600);

async fn key_set(world: &World) -> Value {
    world.browser().get("/.well-known/jwks.json").await.expect_status(200).json()
}

fn ids(key_set: &Value) -> Vec<String> {
    let keys = key_set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn published(world: &World) -> Vec<String> {
    ids(&key_set(world).await)
}

/// What the API receives now, verified with a key set that may be older.
async fn token_with(world: &World, browser: &mut Browser, key_set: &Value) -> Token {
    let _ = browser.get("/api/things").await.expect_status(200);
    verified_by_key_set(world.api.last().bearer(), key_set)
}

/// Which key signs now.
async fn signer(world: &World, browser: &mut Browser) -> String {
    let keys = key_set(world).await;
    token_with(world, browser, &keys).await.key_id.unwrap()
}

async fn stored(world: &World) -> Vec<StoredKey> {
    world.store.load_keys().await.unwrap()
}

async fn tend_after(world: &World, duration: Duration) {
    world.let_pass(duration);
    world.tend_keys().await.unwrap();
}

#[test]
fn a_new_key_signs_only_after_everybody_could_learn_of_it() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let first = published(&world).await;
        assert_eq!(first, [signer(&world, &mut ada).await], "the first key has nobody to wait for");
        tend_after(&world, DAY - MINUTE).await;
        assert_eq!(published(&world).await, first, "it is not time yet");
        tend_after(&world, MINUTE).await;
        let set = key_set(&world).await;
        assert_eq!((ids(&set).len(), &ids(&set)[0]), (2, &first[0]));
        for wait in [Duration::ZERO, PUBLISH_LEAD - Duration::from_secs(1)] {
            world.let_pass(wait);
            assert_eq!(token_with(&world, &mut ada, &set).await.key_id, Some(first[0].clone()));
        }
        // An API that took the key set when the key was new, and kept it for as long as it may, knows it by now.
        world.let_pass(MINUTE * 6);
        assert_eq!(token_with(&world, &mut ada, &set).await.key_id, Some(ids(&set)[1].clone()));
    });
}

#[test]
fn an_old_key_stays_as_long_as_anything_that_it_signed_may_live() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let first = signer(&world, &mut ada).await;
        tend_after(&world, DAY).await;
        tend_after(&world, PUBLISH_LEAD + RETIREMENT - Duration::from_secs(1)).await;
        assert_eq!(published(&world).await[0], first);
        world.let_pass(Duration::from_secs(1));
        let left = published(&world).await;
        assert!(left.len() == 1 && left[0] != first, "it is not published a second longer: {left:?}");
        world.tend_keys().await.unwrap();
        assert_eq!(stored(&world).await.iter().map(|key| &key.id).collect::<Vec<_>>(), [&left[0]]);
        assert_eq!(signer(&world, &mut ada).await, left[0]);
    });
}

#[test]
fn keys_follow_each_other_for_a_month_and_ada_notices_nothing() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let mut signers = std::collections::BTreeSet::new();
        for _ in 0..29 * 4 {
            tend_after(&world, HOUR * 6).await;
            let keys = key_set(&world).await;
            signers.insert(token_with(&world, &mut ada, &keys).await.key_id.unwrap());
            assert!(ids(&keys).len() <= 2, "{keys}");
        }
        assert_eq!(signers.len(), 29);
    });
}

#[test]
fn without_a_schedule_the_key_stays() {
    story(async {
        let world = World::build().config(DAILY).config("signing_keys.rotate_every = false").start().await;
        let first = published(&world).await;
        tend_after(&world, DAY * 365).await;
        assert_eq!(published(&world).await, first);
    });
}

/// Two processes on one store, each with chances of its own.
async fn two_processes(change: &str) -> (World, World) {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let build = |seed: u64| -> WorldBuilder {
        World::build().config(DAILY).config(change).store(Arc::clone(&store)).seed(seed)
    };
    (build(1).start().await, build(2).start().await)
}

#[test]
fn processes_on_one_store_sign_with_the_same_keys() {
    story(async {
        let (one, other) = two_processes("").await;
        assert_eq!(key_set(&one).await, key_set(&other).await);
        one.let_pass(DAY);
        other.let_pass(DAY);
        one.tend_keys().await.unwrap();
        assert_eq!(published(&other).await.len(), 1, "it has not looked yet");
        other.tend_keys().await.unwrap();
        assert_eq!(key_set(&one).await, key_set(&other).await);
        assert_eq!(published(&one).await.len(), 2);
        one.let_pass(PUBLISH_LEAD);
        other.let_pass(PUBLISH_LEAD);
        let (mut ada, mut bob) = (one.signed_in().await, other.signed_in().await);
        assert_eq!(signer(&one, &mut ada).await, signer(&other, &mut bob).await);
    });
}

#[test]
fn of_processes_that_find_the_key_too_old_one_makes_the_next() {
    story(async {
        let (one, other) = two_processes("").await;
        one.let_pass(DAY);
        other.let_pass(DAY);
        let (first, second) = tokio::join!(one.tend_keys(), other.tend_keys());
        assert_eq!((first, second), (Ok(()), Ok(())));
        assert_eq!(stored(&one).await.len(), 2);
        assert_eq!(key_set(&one).await, key_set(&other).await);
    });
}

#[test]
fn while_the_store_is_away_the_keys_that_are_known_sign() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let first = signer(&world, &mut ada).await;
        tend_after(&world, DAY - MINUTE * 10).await;
        world.store.fail(Operation::Keys);
        for _ in 0..5 {
            world.let_pass(MINUTE * 11);
            assert!(world.tend_keys().await.is_err());
            assert_eq!(signer(&world, &mut ada).await, first);
        }
        world.store.heal();
        world.tend_keys().await.unwrap();
        assert_eq!(published(&world).await.len(), 2, "what was due is made up for");
    });
}

/// Somebody else may have retired them meanwhile.
#[test]
fn keys_that_could_not_be_read_for_an_hour_sign_nothing() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let _ = signer(&world, &mut ada).await;
        world.store.fail(Operation::Keys);
        world.let_pass(HOUR - MINUTE);
        let _ = ada.get("/api/things").await.expect_status(200);
        world.let_pass(MINUTE * 6);
        for answer in [ada.get("/api/things").await, ada.get("/dashboard").await] {
            assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
            assert_eq!(answer.header("retry-after"), Some("5"));
            assert!(!answer.sets_session_cookie());
        }
        world.store.heal();
        world.tend_keys().await.unwrap();
        let _ = ada.get("/api/things").await.expect_status(200);
    });
}

#[test]
fn a_machine_that_slept_reads_the_keys_before_it_signs() {
    story(async {
        let (one, other) = two_processes("").await;
        let mut ada = one.signed_in().await;
        let first = signer(&one, &mut ada).await;
        one.let_pass(DAY * 2);
        for wait in [DAY, PUBLISH_LEAD + RETIREMENT, DAY - PUBLISH_LEAD - RETIREMENT] {
            tend_after(&other, wait).await;
        }
        assert!(!published(&other).await.contains(&first), "it retired meanwhile");
        let keys = key_set(&other).await;
        let token = token_with(&one, &mut ada, &keys).await;
        assert_ne!(token.key_id.unwrap(), first);
    });
}

#[test]
fn what_cannot_be_written_is_tried_again_and_harms_nobody() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        world.store.fail(Operation::AddKey);
        world.let_pass(DAY);
        assert!(world.tend_keys().await.is_err());
        let first = signer(&world, &mut ada).await;
        world.store.heal();
        world.tend_keys().await.unwrap();
        world.store.fail(Operation::RemoveKey);
        world.let_pass(PUBLISH_LEAD + RETIREMENT);
        assert!(world.tend_keys().await.is_err());
        assert_ne!(signer(&world, &mut ada).await, first);
        assert_eq!((published(&world).await.len(), stored(&world).await.len()), (1, 2));
        world.store.heal();
        world.tend_keys().await.unwrap();
        assert_eq!(stored(&world).await.len(), 1);
    });
}

#[test]
fn a_key_that_does_not_open_stops_nobody_and_is_reported_once() {
    story(async {
        let mut world = World::with(DAILY).await;
        let _ = world.signed_in().await;
        tend_after(&world, DAY).await;
        let [first, second] = published(&world).await.try_into().unwrap();
        world.store.reseal_key(second.clone(), b"something else".to_vec()).await.unwrap();
        let mark = world.log.mark();
        world.tend_keys().await.unwrap();
        world.tend_keys().await.unwrap();
        let told = world.log.loud_since(mark);
        assert!(told.len() == 1 && told[0].contains(&second) && told[0].contains("ERROR"), "{told:?}");
        world.let_pass(PUBLISH_LEAD);
        let mut ada = world.signed_in().await;
        assert_eq!(signer(&world, &mut ada).await, second, "this process knows it all the same");
        world.restart_with("signing_keys.rotate_every = false").await;
        let mut ada = world.signed_in().await;
        assert_eq!(signer(&world, &mut ada).await, first, "a new process goes on with the one that opens");
        tend_after(&world, RETIREMENT * 2).await;
        assert_eq!(published(&world).await, [first], "what cannot sign retires nobody");
        world.restart_with("signing_keys.rotate_every = '1d'").await;
        assert_eq!(published(&world).await.len(), 2, "and does not keep the next one from being made");
    });
}

#[test]
fn a_key_of_another_kind_is_left_alone() {
    story(async {
        let world = World::with(DAILY).await;
        let first = published(&world).await;
        let created_at = world.now();
        let other = StoredKey { id: "x".into(), algorithm: "ML-DSA-44".into(), created_at, sealed: vec![1] };
        world.store.add_first_key(other.clone()).await.unwrap();
        world.tend_keys().await.unwrap();
        assert_eq!(published(&world).await, first);
        for _ in 0..3 {
            tend_after(&world, DAY).await;
        }
        assert!(stored(&world).await.contains(&other));
    });
}

/// The way out when a key has leaked.
#[test]
fn a_key_that_was_deleted_is_gone_with_the_next_look_and_another_one_signs() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        let leaked = signer(&world, &mut ada).await;
        assert!(world.store.remove_key(leaked.clone()).await.unwrap());
        world.tend_keys().await.unwrap();
        let left = published(&world).await;
        assert!(left.len() == 1 && left[0] != leaked);
        world.let_pass(MINUTE * 5);
        assert_eq!(signer(&world, &mut ada).await, left[0]);
    });
}

#[test]
fn a_clock_that_goes_back_makes_no_keys_and_retires_none() {
    story(async {
        let world = World::with(DAILY).await;
        let mut ada = world.signed_in().await;
        tend_after(&world, DAY).await;
        let before = key_set(&world).await;
        world.clock.set_back(DAY * 2);
        world.tend_keys().await.unwrap();
        assert_eq!(key_set(&world).await, before);
        assert_eq!(signer(&world, &mut ada).await, ids(&before)[0]);
    });
}
