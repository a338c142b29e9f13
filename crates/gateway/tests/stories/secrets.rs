//! Turning the secret over.

use std::time::Duration;

use crossgate_core::session::SessionId;
use crossgate_store::{KeyStore as _, SessionStore as _};
use crossgate_testkit::{Browser, Operation, World, story};

const NEXT: &str =
    "secret = ['the next secret, which is long enough too', 'a secret of this story that is long enough']";
const NEXT_ALONE: &str = "secret = 'the next secret, which is long enough too'";

const THIRD: &str = "secret = ['the third secret, which is as long as it has to be', 'the next secret, which is long enough too']";
const THIRD_ALONE: &str = "secret = 'the third secret, which is as long as it has to be'";

/// The same person's browser, in front of the gateway that runs now.
fn again(world: &World, browser: &Browser) -> Browser {
    let mut again = world.browser();
    let cookie = browser.session_cookie().unwrap();
    again.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    again
}

#[test]
fn a_secret_that_moves_down_the_list_signs_nobody_out() {
    story(async {
        let mut world = World::new().await;
        let ada = world.signed_in().await;
        let token = again(&world, &ada).csrf_token().await;
        world.restart_with(NEXT).await;
        let mut ada = again(&world, &ada);
        let answer = ada.fetch("POST", "/api/orders").with("X-CSRF-Token", &token).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(ada.session().await["user"]["name"], "Ada Lovelace");
        assert_ne!(ada.csrf_token().await, token, "new tokens are made with the new secret");
    });
}

#[test]
fn a_gateway_without_the_secret_of_its_signing_key_does_not_start() {
    story(async {
        let mut world = World::new().await;
        let error = world.try_restart_with(NEXT_ALONE).await.unwrap_err();
        assert!(error.contains("signing key") && error.contains("`secret`"), "{error}");
    });
}

async fn key_set(world: &World) -> serde_json::Value {
    world.browser().get("/.well-known/jwks.json").await.expect_status(200).json()
}

/// The content of this browser's session as it is stored, and its version.
async fn stored(world: &World, browser: &Browser) -> (u64, Vec<u8>) {
    let id = SessionId::parse(browser.session_cookie().unwrap().as_bytes()).unwrap().hash();
    let record = world.store.load(id).await.unwrap().unwrap();
    (record.version, record.sealed)
}

#[test]
fn whoever_stays_signed_in_notices_nothing_of_two_new_secrets() {
    story(async {
        let mut world = World::new().await;
        let mut ada = world.signed_in().await;
        let keys = key_set(&world).await;
        let _ = ada.get("/api/orders").await.expect_status(200);
        let token = world.api.last().bearer().to_owned();
        let mut sealed = vec![stored(&world, &ada).await];
        for secrets in [NEXT, NEXT_ALONE, THIRD, THIRD_ALONE] {
            world.restart_with(secrets).await;
            ada = again(&world, &ada);
            assert_eq!(ada.session().await["user"]["name"], "Ada Lovelace", "{secrets}");
            let _ = ada.get("/api/orders").await.expect_status(200);
            assert_eq!(world.api.last().bearer(), token, "the token of the API is still there");
            assert_eq!(key_set(&world).await, keys, "the signing key stays: {secrets}");
            sealed.push(stored(&world, &ada).await);
        }
        let versions: Vec<u64> = sealed.iter().map(|(version, _)| *version).collect();
        assert_eq!(versions, [1, 2, 2, 3, 3], "sealed again once for each new secret");
    });
}

#[test]
fn a_session_that_nobody_used_meanwhile_needs_the_old_secret_still() {
    story(async {
        let mut world = World::new().await;
        let ada = world.signed_in().await;
        world.restart_with(NEXT).await;
        world.restart_with(NEXT_ALONE).await;
        let answer = again(&world, &ada).get("/api/orders").await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
        assert!(!answer.sets_session_cookie(), "the secret may come back");
        world.restart_with(NEXT).await;
        let _ = again(&world, &ada).get("/api/orders").await.expect_status(200);
    });
}

#[test]
fn sealing_again_is_no_condition_for_being_served() {
    story(async {
        let mut world = World::new().await;
        let ada = world.signed_in().await;
        world.restart_with(NEXT).await;
        world.store.fail(Operation::ReplaceContent);
        let mut ada = again(&world, &ada);
        let _ = ada.get("/api/orders").await.expect_status(200);
        assert!(world.log.contains("still sealed under an older secret"));
        assert_eq!(stored(&world, &ada).await.0, 1);
        world.store.heal();
        world.restart_with("").await;
        let _ = again(&world, &ada).get("/api/orders").await.expect_status(200);
        assert_eq!(stored(&world, &ada).await.0, 2, "the next load does it");
    });
}

#[test]
fn one_secret_alone_writes_nothing() {
    story(async {
        let mut world = World::new().await;
        let ada = world.signed_in().await;
        world.restart_with("").await;
        let _ = again(&world, &ada).get("/api/orders").await.expect_status(200);
        assert_eq!(world.store.calls(Operation::ReplaceContent), 0);
    });
}

#[test]
fn signing_keys_are_sealed_again_at_the_start() {
    story(async {
        let mut world = World::new().await;
        let before = world.store.load_keys().await.unwrap();
        let set = key_set(&world).await;
        world.restart_with(NEXT).await;
        let after = world.store.load_keys().await.unwrap();
        assert_eq!((&before[0].id, before[0].created_at), (&after[0].id, after[0].created_at));
        assert_ne!(before[0].sealed, after[0].sealed);
        world.restart_with(NEXT_ALONE).await;
        assert_eq!(key_set(&world).await, set);
        assert_eq!(world.store.load_keys().await.unwrap(), after, "once is enough");
    });
}

#[test]
fn where_they_cannot_be_sealed_again_it_is_tried_until_it_works() {
    story(async {
        let mut world = World::new().await;
        world.store.fail(Operation::ResealKey);
        world.restart_with(NEXT).await;
        assert!(world.tend_keys().await.is_err());
        world.store.heal();
        world.let_pass(Duration::from_secs(10));
        world.tend_keys().await.unwrap();
        world.restart_with(NEXT_ALONE).await;
    });
}
