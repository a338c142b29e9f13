//! The store does not answer.

use std::time::Duration;

use crossgate_core::session::SessionId;
use crossgate_store::SessionStore as _;
use crossgate_testkit::{Browser, Operation, World, in_no_time, story};

/// A gateway that has not seen this session yet.
async fn uncached(world: &mut World) -> Browser {
    let browser = world.signed_in().await;
    world.restart_with("").await;
    let mut again = world.browser();
    let cookie = browser.session_cookie().unwrap();
    again.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    again
}

#[test]
fn a_session_that_is_known_keeps_working() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        world.store.go_away();
        world.let_pass(Duration::from_secs(300));
        let _ = browser.open("/dashboard").await.expect_status(200);
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert!(browser.is_signed_in().await);
    });
}

/// Somebody else may have ended it meanwhile: for longer than five minutes nobody's word counts but the store's.
#[test]
fn a_session_that_is_known_is_not_believed_for_ever() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        world.store.go_away();
        world.let_pass(Duration::from_millis(300_001));
        assert_eq!(browser.get("/api/orders").await.refusal(), (503, "store_unavailable".into()));
        assert!(browser.session_cookie().is_some());
        world.store.heal();
        let _ = browser.get("/api/orders").await.expect_status(200);
    });
}

#[test]
fn a_session_that_cannot_be_looked_up_is_no_guess_and_no_sign_out() {
    story(async {
        let mut world = World::new().await;
        let mut browser = uncached(&mut world).await;
        for damaged in [false, true] {
            world.store.heal();
            if damaged {
                world.store.damage(Operation::Load)
            } else {
                world.store.go_away()
            }
            let cookie = browser.session_cookie();
            assert!(cookie.is_some());
            for path in ["/api/orders", "/api/products/1", "/api/auth/session", "/api/auth/sessions"] {
                let answer = browser.get(path).await;
                assert_eq!(answer.refusal(), (503, "store_unavailable".into()), "{path}");
                assert_eq!(answer.header("retry-after"), Some("5"), "{path}");
                assert!(!answer.sets_session_cookie(), "{path}");
            }
            for page in ["/dashboard", "/"] {
                let answer = browser.open(page).await.expect_status(503);
                assert!(!answer.sets_session_cookie() && answer.text().contains("<html"), "{answer:?}");
            }
            let sign_in_page = browser.open("/api/auth/signin").await;
            assert!(!sign_in_page.sets_session_cookie(), "{sign_in_page:?}");
            assert_eq!(browser.session_cookie(), cookie);
        }
        assert!(world.app.seen().is_empty());
        world.store.heal();
        assert!(browser.is_signed_in().await, "the outage is over and nothing was lost");
    });
}

#[test]
fn people_who_are_not_signed_in_notice_nothing() {
    story(async {
        let world = World::new().await;
        world.store.go_away();
        let mut browser = world.browser();
        let _ = browser.open("/").await.expect_status(200);
        let _ = browser.get("/api/products/1").await.expect_status(200);
        assert_eq!(browser.session().await, serde_json::json!({}));
        let _ = browser.open("/dashboard").await.expect_status(303);
        let _ = browser.open("/api/auth/signin").await.expect_status(200);
        let _ = browser.get("/.well-known/jwks.json").await.expect_status(200);
    });
}

#[test]
fn an_unknown_cookie_is_asked_for_again_after_an_outage() {
    story(async {
        let mut world = World::new().await;
        let mut browser = uncached(&mut world).await;
        world.store.fail(Operation::Load);
        let _ = browser.get("/api/orders").await.expect_status(503);
        world.store.heal();
        let _ = browser.get("/api/orders").await.expect_status(200);
    });
}

#[test]
fn a_revocation_that_failed_is_not_reported_as_done() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let sessions = browser.get("/api/auth/sessions").await.json();
        let id = sessions["sessions"][0]["id"].as_str().unwrap().to_owned();
        world.store.fail(Operation::End);
        let answer =
            browser.fetch("DELETE", &format!("/api/auth/sessions/{id}")).with_token().await.send().await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
        assert!(!answer.sets_session_cookie());
    });
}

#[test]
fn a_row_whose_content_does_not_open_is_an_outage_and_no_stranger() {
    story(async {
        let mut world = World::new().await;
        let mut browser = uncached(&mut world).await;
        let cookie = browser.session_cookie().unwrap();
        let id = SessionId::parse(cookie.as_bytes()).unwrap().hash();
        world.store.replace_content(id, 1, b"something else".to_vec()).await.unwrap();
        let answer = browser.get("/api/orders").await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
        assert!(!answer.sets_session_cookie());
        let _ = browser.open("/").await.expect_status(503);
    });
}

/// Of a sign-out elsewhere it hears nothing: the load balancer has to know at once.
#[test]
fn whoever_does_not_reach_the_store_is_not_ready() {
    story(async {
        let world = World::new().await;
        let _ = world.admin("/ready").await.expect_status(200);
        world.store.hold_next(Operation::Check);
        let answer = in_no_time(world.admin("/ready")).await.expect_status(503);
        assert_eq!(answer.text(), "not ready: the store does not answer in time\n");
        world.store.let_go();
        let _ = world.admin("/ready").await.expect_status(200);
        world.store.go_away();
        let _ = world.admin("/ready").await.expect_status(503);
        let _ = world.admin("/live").await.expect_status(200);
    });
}
