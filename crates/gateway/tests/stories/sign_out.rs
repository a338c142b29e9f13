//! Signing out.

use crossgate_testkit::{ADA, BOB, Operation, Reply, World, story};
use serde_json::json;

#[test]
fn after_sign_out_the_cookie_is_worthless_everywhere() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let cookie = browser.session_cookie().unwrap();
        let answer = browser.sign_out().await.expect_status(200);
        assert_eq!(answer.json(), json!({ "url": "https://shop.example.com/" }));
        assert_eq!(answer.header("clear-site-data"), Some("\"cache\""));
        assert_eq!(browser.session_cookie(), None);
        let mut thief = world.browser();
        thief.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
        assert_eq!(thief.get("/api/orders").await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn the_row_is_gone_before_the_answer_and_the_api_is_told_after() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        world.api.on("POST /api/logout", |_| Reply::hang());
        let _ = browser.sign_out().await.expect_status(200);
        assert_eq!(world.store.calls(Operation::End), 1, "a logout that hangs holds nobody up");
        world
            .api
            .wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout") && seen.complete))
            .await;
        let logout = world.api.last();
        assert_eq!(logout.bearer(), "api-token-1");
        assert_eq!(logout.json(), json!({ "refreshToken": "refresh-1" }));
    });
}

#[test]
fn a_logout_of_the_api_that_fails_keeps_nobody_signed_in() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        world.api.go_down().await;
        let _ = browser.sign_out().await.expect_status(200);
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn other_connections_notice_at_once() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let request = browser.fetch("GET", "/api/orders").bytes();
        let mut open = world.wire().await;
        open.send(&request).await;
        assert_eq!(open.answer().await.status, 200);
        let _ = browser.sign_out().await.expect_status(200);
        open.send(&request).await;
        assert_eq!(open.answer().await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn everywhere_means_every_browser_of_this_person() {
    story(async {
        let world = World::new().await;
        let (mut laptop, mut phone, mut bobs) =
            (world.signed_in().await, world.signed_in().await, world.browser_of(BOB).await);
        let token = laptop.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("everywhere", "true"), ("json", "true")];
        let _ = laptop.fetch("POST", "/api/auth/signout").form(&fields).send().await.expect_status(200);
        assert!(!phone.is_signed_in().await && !laptop.is_signed_in().await);
        assert!(bobs.is_signed_in().await);
    });
}

#[test]
fn without_the_store_nobody_is_told_a_lie() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let cookie = browser.session_cookie();
        world.store.fail(Operation::End);
        let answer = browser.sign_out().await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
        assert!(answer.header("retry-after").is_some() && !answer.sets_session_cookie(), "{answer:?}");
        assert_eq!(browser.session_cookie(), cookie);
        world.store.heal();
        assert!(browser.is_signed_in().await, "and can try again");
        let _ = browser.sign_out().await.expect_status(200);
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn signing_out_without_a_session_is_no_error() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.sign_out().await.expect_status(200);
        assert!(!answer.sets_session_cookie());
        assert_eq!(world.api.seen().len(), 0);
    });
}

#[test]
fn the_sign_out_page_says_who_and_its_form_works() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let page = browser.open("/api/auth/signout").await.expect_status(200);
        assert!(page.text().contains(ADA.name), "{page:?}");
        let token = browser.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", "https://evil.test/")];
        let answer = browser.submit("/api/auth/signout", &fields).await.expect_status(303);
        assert_eq!(answer.location(), "https://shop.example.com/");
        assert!(!browser.is_signed_in().await);
    });
}
