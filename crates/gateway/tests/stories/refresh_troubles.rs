//! When a refresh does not go well: who refuses ends a session, who fails ends none.

use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_testkit::{Operation, Reply, Rotation, World, story};
use serde_json::json;

use crate::refresh::{REFRESHES, TOKENS, orders, world};

#[test]
fn a_refusal_ends_the_session_and_says_why() {
    story(async {
        for status in [400, 401, 403] {
            let world = world().await;
            world.api.on(REFRESHES, move |_| Reply::json(status, &json!({ "message": "no" })));
            let mut browser = world.signed_in().await;
            world.let_pass(TOKENS);
            let seen = world.api.count("GET /api/orders");
            let answer = browser.get("/api/orders").await;
            assert_eq!(answer.refusal(), (401, "session_ended".into()));
            assert_eq!(answer.json()["reason"], EndReason::RefreshRefused.code());
            assert_eq!(world.api.count("GET /api/orders"), seen);
            assert!(world.log.contains("refresh_refused"));
            let later = browser.get("/api/orders").await;
            assert_eq!(later.json()["reason"], EndReason::RefreshRefused.code(), "and goes on saying it");
            let session = browser.get("/api/auth/session").await.expect_status(200);
            assert_eq!(session.header("x-session-ended"), Some("refresh_refused"));
            assert_eq!(world.api.count(REFRESHES), 1);
        }
    });
}

#[test]
fn an_api_that_fails_signs_nobody_out() {
    story(async {
        for reply in [
            || Reply::status(500),
            || Reply::status(503).header("Retry-After", "7"),
            || Reply::status(429),
            || Reply::status(404),
            || Reply::status(302),
            || Reply::json(200, &json!({ "message": "no token here" })),
            || Reply::json(401, &json!({ "error": "invalid_client" })),
            Reply::close,
            || Reply::raw("nonsense\r\n\r\n"),
        ] {
            let world = world().await;
            world.api.rotate(Rotation::Never);
            world.api.on(REFRESHES, move |_| reply());
            let mut browser = world.signed_in().await;
            world.let_pass(TOKENS);
            let answer = browser.get("/api/orders").await;
            assert_eq!(answer.refusal(), (503, "token_unavailable".into()));
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=10).contains(&wait), "{wait}");
            assert!(browser.is_signed_in().await);
            world.api.forget_scripts();
            world.let_pass(Duration::from_secs(wait + 1));
            orders(&world, &mut browser).await;
        }
    });
}

#[test]
fn an_api_that_fails_is_left_alone_for_a_while() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        let mut other = world.browser_of(crossgate_testkit::BOB).await;
        world.api.on(REFRESHES, |_| Reply::status(503).header("Retry-After", "60"));
        world.let_pass(TOKENS);
        for _ in 0..10 {
            assert_eq!(browser.get("/api/orders").await.status, 503);
            let answer = other.get("/api/orders").await.expect_status(503);
            assert!(answer.header("retry-after").is_some());
        }
        assert_eq!(world.api.count(REFRESHES), 2, "once it failed two people, it is left alone by all");
        world.let_pass(Duration::from_secs(59));
        assert_eq!(browser.get("/api/orders").await.status, 503);
        assert_eq!(world.api.count(REFRESHES), 2);
        world.api.forget_scripts();
        world.let_pass(Duration::from_secs(2));
        orders(&world, &mut browser).await;
    });
}

#[test]
fn while_a_token_is_still_good_a_failing_api_is_not_noticed() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.api.on(REFRESHES, |_| Reply::status(500));
        world.let_pass(TOKENS - Duration::from_secs(20));
        for _ in 0..5 {
            assert_eq!(orders(&world, &mut browser).await, "api-token-1");
            world.let_pass(Duration::from_secs(1));
        }
    });
}

#[test]
fn an_answer_that_was_lost_is_told_apart_from_a_refusal() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        let api = world.api.clone();
        world.api.on(REFRESHES, move |seen| {
            // The API has renewed the tokens, and nobody ever hears of it.
            let _unheard = api.usual(seen);
            Reply::close()
        });
        world.let_pass(TOKENS);
        assert_eq!(browser.get("/api/orders").await.refusal(), (503, "token_unavailable".into()));
        world.api.forget_scripts();
        world.let_pass(Duration::from_secs(5));
        let answer = browser.get("/api/orders").await;
        assert_eq!(answer.refusal(), (401, "session_ended".into()));
        assert_eq!(answer.json()["reason"], EndReason::RefreshLost.code());
    });
}

#[test]
fn a_token_that_could_not_be_stored_at_once_is_stored_later() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.let_pass(TOKENS);
        world.store.fail(Operation::ReplaceContent);
        let mut waiting = browser.tab().fetch("GET", "/api/orders").start().await;
        world.log.wait_for("a refresh meets a fault of the store").await;
        world.store.heal();
        let _ = waiting.answer().await.expect_status(200);
        assert_eq!(orders(&world, &mut browser).await, "api-token-2");
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn a_store_that_is_away_when_tokens_end_signs_nobody_out() {
    story(async {
        for operation in [Operation::TakeLease, Operation::Load] {
            let world = world().await;
            let mut browser = world.signed_in().await;
            world.let_pass(TOKENS);
            world.store.fail(operation);
            assert_eq!(browser.get("/api/orders").await.status, 503, "{operation:?}");
            world.store.heal();
            world.let_pass(Duration::from_secs(3));
            orders(&world, &mut browser).await;
            assert_eq!(world.api.count(REFRESHES), 1, "{operation:?}");
        }
    });
}

#[test]
fn tokens_that_arrive_ended_are_used_and_not_renewed_over_and_over() {
    story(async {
        let world = world().await;
        world.api.issue_tokens_for(Duration::ZERO);
        let mut browser = world.signed_in().await;
        for _ in 0..5 {
            assert_eq!(browser.get("/api/orders").await.status, 401, "the API's own answer");
        }
        assert_eq!(world.api.count(REFRESHES), 0);
    });
}

/// An API that limits calls per person says so to one person. Nobody else may be kept waiting for that.
#[test]
fn who_is_asked_to_wait_waits_alone() {
    story(async {
        let world = world().await;
        let mut mallory = world.browser_of(crossgate_testkit::BOB).await;
        let mut ada = world.signed_in().await;
        world.let_pass(TOKENS);
        for status in [429, 500, 503] {
            world.api.on(REFRESHES, move |_| Reply::status(status).header("Retry-After", "300"));
            assert_eq!(mallory.get("/api/orders").await.status, 503);
            world.api.forget_scripts();
            orders(&world, &mut ada).await;
            world.let_pass(TOKENS);
        }
    });
}

/// The new access token ends when the old one did, as where an API caps what a sign-in may last. The new refresh token
/// counts all the same: the old one is worth nothing any more.
#[test]
fn whatever_a_refresh_brings_is_kept() {
    story(async {
        let world = World::with("[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'").await;
        let cap = world.now().as_seconds() + 600;
        world.api.issue_tokens_until(cap);
        let mut browser = world.signed_in().await;
        world.let_pass(TOKENS - Duration::from_secs(50));
        let _ = browser.get("/api/orders").await.expect_status(200);
        world.log.wait_for("refreshed").await;
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.count(REFRESHES), 1, "and it is not asked for over and over");
        world.api.issue_tokens_until(cap + 600);
        world.let_pass(Duration::from_secs(48));
        orders(&world, &mut browser).await;
        assert_eq!(world.api.last_of(REFRESHES).json(), json!({ "refreshToken": "refresh-2" }));
    });
}

/// So shortly before its end a token is not sent if a new one can be had. If none can, it is still a token.
#[test]
fn a_token_in_its_last_seconds_is_better_than_none() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        world.api.on(REFRESHES, |_| Reply::status(500));
        world.let_pass(TOKENS - Duration::from_secs(2));
        assert_eq!(orders(&world, &mut browser).await, "api-token-1");
        world.let_pass(Duration::from_secs(2));
        assert_eq!(browser.get("/api/orders").await.refusal(), (503, "token_unavailable".into()));
    });
}
