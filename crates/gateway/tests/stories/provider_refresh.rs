//! A provider's access tokens are renewed: once, in time, and a provider that fails signs nobody out.

use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_testkit::{Browser, Reply, Seen, World, story};
use serde_json::json;

use crate::provider_tokens::{TOKENS, TWO_APIS};

const HOUR: Duration = Duration::from_secs(3600);

fn is_refresh(seen: &Seen) -> bool {
    seen.is("POST /token") && seen.form_value("grant_type").as_deref() == Some("refresh_token")
}

fn refreshes(world: &World) -> usize {
    world.provider().seen().iter().filter(|seen| is_refresh(seen)).count()
}

async fn ada(world: &World) -> Browser {
    let mut browser = world.browser();
    let _ = browser.sign_in_at_provider(world, "good", "ada").await.expect_status(303);
    browser
}

#[test]
fn a_thousand_requests_after_the_end_are_one_refresh() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let browser = ada(&world).await;
        world.let_pass(HOUR);
        let gate = world.provider().hold("POST /token");
        let mut wires = Vec::new();
        for _ in 0..1000 {
            wires.push(browser.tab().fetch("GET", "/api/things").start().await);
        }
        world.provider().wait_until(|seen| seen.iter().any(is_refresh)).await;
        gate.open();
        for wire in &mut wires {
            let _ = wire.answer().await.expect_status(200);
        }
        assert_eq!(refreshes(&world), 1);
        assert!(world.api.last().bearer().ends_with("for-https://api.shop.example"));
    });
}

#[test]
fn it_is_renewed_over_and_over_as_the_refresh_token_rotates() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = ada(&world).await;
        let mut tokens = std::collections::BTreeSet::new();
        for _ in 0..6 {
            let _ = browser.get("/api/things").await.expect_status(200);
            tokens.insert(world.api.last().bearer().to_owned());
            world.let_pass(HOUR);
        }
        assert_eq!((tokens.len(), refreshes(&world)), (6, 5));
    });
}

#[test]
fn every_api_has_its_own_token_renewed_and_one_refresh_token_serves_all() {
    story(async {
        let world = World::with_providers(TWO_APIS).await;
        let mut browser = ada(&world).await;
        for round in 0..3 {
            world.let_pass(HOUR);
            let before = refreshes(&world);
            let mut one = browser.tab().fetch("GET", "/api/things").start().await;
            let mut other = browser.tab().fetch("GET", "/reports/1").start().await;
            let _ = one.answer().await.expect_status(200);
            let _ = other.answer().await.expect_status(200);
            assert_eq!(refreshes(&world), before + 2, "{round}");
            assert!(
                world.api.last_of("GET /reports/1").bearer().ends_with("for-https://reports.shop.example")
            );
            assert!(world.api.last_of("GET /api/things").bearer().ends_with("for-https://api.shop.example"));
        }
        let _ = browser.get("/api/things").await.expect_status(200);
    });
}

#[test]
fn a_grant_that_the_provider_took_back_ends_the_session() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = ada(&world).await;
        world.let_pass(HOUR);
        world.provider().token_endpoint(|| Reply::json(400, &json!({ "error": "invalid_grant" })));
        let answer = browser.get("/api/things").await;
        assert_eq!(answer.refusal(), (401, "session_ended".into()));
        assert_eq!(answer.json()["reason"], EndReason::RefreshRefused.code());
        let page = browser.open("/dashboard").await;
        assert_eq!(page.status, 303);
    });
}

#[test]
fn a_provider_that_fails_signs_nobody_out() {
    story(async {
        let replies: [fn() -> Reply; 7] = [
            || Reply::status(500),
            || Reply::status(429),
            || Reply::json(401, &json!({ "error": "invalid_client" })),
            || Reply::json(400, &json!({ "error": "temporarily_unavailable" })),
            || Reply::json(400, &json!({ "error": "access_denied" })),
            || Reply::json(200, &json!({ "token_type": "Bearer" })),
            Reply::close,
        ];
        for (number, reply) in replies.into_iter().enumerate() {
            let world = World::with_providers(TOKENS).await;
            let mut browser = ada(&world).await;
            world.let_pass(HOUR);
            world.provider().token_endpoint(reply);
            let answer = browser.get("/api/things").await;
            assert_eq!(answer.refusal(), (503, "token_unavailable".into()), "{number}");
            assert!(answer.header("retry-after").is_some());
            assert!(browser.is_signed_in().await);
            world.provider().behave();
            world.let_pass(Duration::from_secs(60));
            let _ = browser.get("/api/things").await.expect_status(200);
        }
    });
}

#[test]
fn while_the_token_is_good_a_provider_that_is_down_is_not_noticed() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = ada(&world).await;
        world.provider().go_down().await;
        world.let_pass(HOUR - Duration::from_secs(30));
        let _ = browser.get("/api/things").await.expect_status(200);
        world.let_pass(Duration::from_secs(60));
        assert_eq!(browser.get("/api/things").await.status, 503);
        world.provider().come_back();
        world.let_pass(Duration::from_secs(60));
        let _ = browser.get("/api/things").await.expect_status(200);
    });
}

#[test]
fn sign_out_during_a_refresh_takes_the_new_token_back_too() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = ada(&world).await;
        world.let_pass(HOUR);
        let gate = world.provider().hold("POST /token");
        let mut waiting = browser.tab().fetch("GET", "/api/things").start().await;
        world.provider().wait_until(|seen| seen.iter().any(is_refresh)).await;
        let _ = browser.sign_out().await.expect_status(200);
        gate.open();
        assert_eq!(waiting.answer().await.refusal(), (401, "session_ended".into()));
        world
            .provider()
            .wait_until(|seen| seen.iter().filter(|seen| seen.is("POST /revoke")).count() == 2)
            .await;
        let revoked = world.provider().revoked();
        assert_ne!(revoked[0], revoked[1], "the old one and the new one");
    });
}
