//! Tokens of the API's own login are renewed: in time, once, and so that nobody notices.

use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_testkit::{ADA, Browser, Rotation, World, story};
use serde_json::json;

/// Tokens that live ten minutes and can be renewed.
pub(crate) const REFRESH: &str = r#"
[sign_in.credentials.login]
expires_in = "/expiresIn"
[sign_in.credentials.refresh]
request = "POST /api/refresh"
"#;

pub(crate) const TOKENS: Duration = Duration::from_secs(600);
pub(crate) const REFRESHES: &str = "POST /api/refresh";

pub(crate) async fn world() -> World {
    world_with("").await
}

async fn world_with(change: &str) -> World {
    let world = World::build().config(REFRESH).config(change).start().await;
    world.api.issue_tokens_for(TOKENS);
    world
}

/// A browser with this session.
pub(crate) fn with_cookie(world: &World, cookie: &str) -> Browser {
    let mut browser = world.browser();
    browser.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    browser
}

/// Somebody asks for orders, and the API knows the token that comes along.
pub(crate) async fn orders(world: &World, browser: &mut Browser) -> String {
    let answer = browser.get("/api/orders").await.expect_status(200);
    assert_eq!(answer.json()["user"]["email"], ADA.email);
    world.api.last_of("GET /api/orders").bearer().to_owned()
}

#[test]
fn a_token_that_has_ended_is_renewed_before_the_api_is_asked() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        assert_eq!(orders(&world, &mut browser).await, "api-token-1");
        world.let_pass(TOKENS);
        assert_eq!(orders(&world, &mut browser).await, "api-token-2");
        assert_eq!(world.api.last_of(REFRESHES).json(), json!({ "refreshToken": "refresh-1" }));
        world.let_pass(TOKENS);
        assert_eq!(orders(&world, &mut browser).await, "api-token-3");
        assert_eq!(world.api.last_of(REFRESHES).json(), json!({ "refreshToken": "refresh-2" }));
        assert_eq!(world.api.count(REFRESHES), 2);
    });
}

#[test]
fn a_token_that_is_about_to_end_is_renewed_while_nobody_waits() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        let gate = world.api.hold(REFRESHES);
        world.let_pass(TOKENS - Duration::from_secs(30));
        assert_eq!(orders(&world, &mut browser).await, "api-token-1", "it is still good");
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is(REFRESHES))).await;
        assert_eq!(orders(&world, &mut browser).await, "api-token-1", "and goes on being used");
        gate.open();
        world.log.wait_for("refreshed").await;
        assert_eq!(orders(&world, &mut browser).await, "api-token-2");
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn a_thousand_requests_at_once_are_one_refresh_and_all_of_them_are_served() {
    story(async {
        let world = world().await;
        let browser = world.signed_in().await;
        world.let_pass(TOKENS);
        let gate = world.api.hold(REFRESHES);
        let mut wires = Vec::new();
        for _ in 0..1000 {
            wires.push(browser.tab().fetch("GET", "/api/orders").start().await);
        }
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is(REFRESHES))).await;
        gate.open();
        for wire in &mut wires {
            let answer = wire.answer().await.expect_status(200);
            assert_eq!(answer.json()["user"]["email"], ADA.email);
        }
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn whoever_stops_waiting_cancels_nothing() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.let_pass(TOKENS);
        let gate = world.api.hold(REFRESHES);
        let wire = browser.tab().fetch("GET", "/api/orders").start().await;
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is(REFRESHES))).await;
        drop(wire);
        crossgate_testkit::let_others_run().await;
        gate.open();
        assert_eq!(orders(&world, &mut browser).await, "api-token-2");
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn a_page_has_the_new_token_on_its_first_request() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        for page in ["/dashboard", "/"] {
            world.let_pass(TOKENS);
            let _ = browser.open(page).await.expect_status(200);
            let token = world.app.last().bearer().to_owned();
            let newest = format!("api-token-{}", world.api.count(REFRESHES) + 1);
            assert_eq!(token, newest, "{page}");
            assert!(world.app.last().has("x-crossgate-identity"));
        }
    });
}

#[test]
fn refresh_tokens_that_stay_and_those_that_rotate_both_work() {
    story(async {
        for rotation in [Rotation::DetectsReuse, Rotation::Once, Rotation::Never] {
            let world = world().await;
            world.api.rotate(rotation);
            let mut browser = world.signed_in().await;
            for _ in 0..5 {
                world.let_pass(TOKENS);
                orders(&world, &mut browser).await;
            }
            assert_eq!(world.api.count(REFRESHES), 5, "{rotation:?}");
        }
    });
}

#[test]
fn sign_out_in_the_middle_of_a_refresh_wins() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.let_pass(TOKENS);
        let gate = world.api.hold(REFRESHES);
        let mut waiting = browser.tab().fetch("GET", "/api/orders").start().await;
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is(REFRESHES))).await;
        let cookie = browser.session_cookie().unwrap();
        let _ = browser.sign_out().await.expect_status(200);
        gate.open();
        assert_eq!(waiting.answer().await.refusal(), (401, "session_ended".into()));
        let mut thief = with_cookie(&world, &cookie);
        let answer = thief.get("/api/orders").await;
        assert_eq!(answer.json()["reason"], EndReason::SignedOut.code(), "nothing revives it");
        let seen = |seen: &[crossgate_testkit::Seen]| {
            seen.iter().any(|seen| seen.is("POST /api/logout") && seen.json()["refreshToken"] == "refresh-2")
        };
        world.api.wait_until(seen).await;
        assert!(!world.api.has_live_refresh_token(ADA), "what came too late was given back");
    });
}

#[test]
fn a_restart_in_between_changes_nothing() {
    story(async {
        let mut world = world().await;
        let cookie = world.signed_in().await.session_cookie().unwrap();
        world.restart_with("").await;
        let mut browser = with_cookie(&world, &cookie);
        world.let_pass(TOKENS);
        assert_eq!(orders(&world, &mut browser).await, "api-token-2");
    });
}

#[test]
fn no_token_of_a_refresh_reaches_a_browser_or_the_log() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.let_pass(TOKENS);
        let answer = browser.get("/api/orders").await.expect_status(200);
        let shown = format!("{answer:?}");
        for secret in ["refresh-1", "refresh-2", "api-token-1", "api-token-2"] {
            assert!(!shown.contains(secret) && !world.log.contains(secret), "{secret}");
        }
    });
}
