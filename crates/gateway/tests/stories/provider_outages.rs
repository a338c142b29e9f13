//! Providers that are away, slow or broken.

use std::time::Duration;

use crossgate_testkit::{ADA, Browser, Provider, Reply, Signing, World, in_no_time, story};

use crate::provider_failures::Before;

const DISCOVERY: &str = "GET /.well-known/openid-configuration";
const UNAVAILABLE: &str = "provider_unavailable";

/// Long enough for something that failed to be tried again.
const PAUSE: Duration = Duration::from_secs(6);

/// A browser that signed in with the provider works.
async fn assert_works(world: &World, provider: &str) {
    let mut browser = world.browser();
    let answer = browser.sign_in_at_provider(world, provider, "ada").await;
    assert!(answer.sets_session_cookie(), "{answer:?}\n{}", world.log.text());
}

/// It does not, and the browser comes back with this code.
async fn assert_fails(world: &World, code: &str) {
    let mut browser = world.browser();
    let url = browser.begin_sign_in("good", "/dashboard").await;
    let before = Before::of(world, &browser);
    let target = world.authorize(&url).approve("ada");
    let answer = in_no_time(browser.come_back(&target)).await;
    before.assert_over(world, &mut browser, &answer, code).await;
}

/// The browser does not even leave.
async fn assert_not_begun(world: &World, browser: &mut Browser, code: &str) {
    let _ = browser.csrf_token().await;
    let before = Before::of(world, browser);
    let answer = in_no_time(browser.try_begin_sign_in("good", "/dashboard")).await;
    before.assert_not_begun(world, browser, &answer, code).await;
    assert_eq!(answer.header("retry-after").is_some(), code == UNAVAILABLE, "{answer:?}");
}

#[test]
fn a_key_that_was_changed_just_now_is_fetched_once_and_the_person_notices_nothing() {
    story(async {
        let world = World::with_providers("").await;
        assert_works(&world, "good").await;
        assert_eq!(world.provider().count("GET /jwks"), 1);
        assert_works(&world, "good").await;
        assert_eq!(world.provider().count("GET /jwks"), 1, "keys are remembered");
        for fetches in 2..5 {
            world.let_pass(Duration::from_secs(60));
            world.provider().rotate_keys_before_signing();
            assert_works(&world, "good").await;
            assert_eq!(world.provider().count("GET /jwks"), fetches);
        }
    });
}

#[test]
fn unknown_keys_do_not_make_us_ask_without_end() {
    story(async {
        let world = World::with_providers("").await;
        assert_works(&world, "good").await;
        world.let_pass(Duration::from_secs(60));
        world.provider().sign_with(Signing::UnknownKeyId);
        for _ in 0..5 {
            assert_fails(&world, "provider_invalid").await;
            world.let_pass(Duration::from_secs(1));
        }
        assert_eq!(world.provider().count("GET /jwks"), 2, "once more, and not five times");
        world.let_pass(Duration::from_secs(60));
        assert_fails(&world, "provider_invalid").await;
        assert_eq!(world.provider().count("GET /jwks"), 3);
        world.provider().behave();
        assert_works(&world, "good").await;
    });
}

#[test]
fn keys_that_cannot_be_fetched_are_an_outage_until_they_can() {
    type Script = fn() -> Reply;
    let replies: [(&str, Script, &str); 6] = [
        ("closed", Reply::close, UNAVAILABLE),
        ("broken", || Reply::status(500), UNAVAILABLE),
        ("never", Reply::hang, UNAVAILABLE),
        ("endless", || Reply::flood(10_000_000), UNAVAILABLE),
        ("a page", || Reply::body(200, "text/html", "<html>"), "provider_invalid"),
        ("no keys", || Reply::body(200, "application/json", r#"{"keys":[]}"#), "provider_invalid"),
    ];
    for (name, reply, code) in replies {
        story(async move {
            println!("{name}");
            let world = World::with_providers("").await;
            world.provider().key_set(reply);
            assert_fails(&world, code).await;
            assert_works(&world, "other").await;
            world.provider().behave();
            world.let_pass(Duration::from_secs(40));
            assert_works(&world, "good").await;
        });
    }
}

#[test]
fn keys_that_are_known_serve_while_they_cannot_be_fetched() {
    story(async {
        let world = World::with_providers("").await;
        assert_works(&world, "good").await;
        world.let_pass(Duration::from_secs(2 * 60 * 60));
        world.provider().key_set(Reply::close);
        world.provider().discovery_document(|| Reply::status(503));
        for _ in 0..3 {
            assert_works(&world, "good").await;
            world.let_pass(PAUSE);
        }
    });
}

#[test]
fn a_token_endpoint_that_does_not_answer_well_is_told_apart_from_a_lie() {
    type Script = fn() -> Reply;
    let replies: [(&str, Script, &str); 10] = [
        ("closed", Reply::close, UNAVAILABLE),
        ("broken", || Reply::status(500), UNAVAILABLE),
        ("busy", || Reply::status(503), UNAVAILABLE),
        ("never", Reply::hang, UNAVAILABLE),
        ("endless", || Reply::flood(10_000_000), UNAVAILABLE),
        ("no HTTP", || Reply::raw("SSH-2.0-x\r\n\r\n"), UNAVAILABLE),
        ("a page", || Reply::body(200, "text/html", "<html>"), "provider_invalid"),
        ("nothing", || Reply::body(200, "application/json", "{}"), "provider_invalid"),
        (
            "refused",
            || Reply::body(400, "application/json", r#"{"error":"invalid_grant"}"#),
            "provider_refused",
        ),
        (
            "a wrong secret",
            || Reply::body(401, "application/json", r#"{"error":"invalid_client"}"#),
            "provider_misconfigured",
        ),
    ];
    story(async move {
        let world = World::with_providers("").await;
        for (name, reply, code) in replies {
            println!("{name}");
            world.provider().behave();
            world.provider().token_endpoint(reply);
            assert_fails(&world, code).await;
        }
        world.provider().behave();
        assert_works(&world, "good").await;
    });
}

#[test]
fn a_provider_that_is_down_affects_its_own_button_only() {
    story(async {
        let mut world = World::with_providers("").await;
        let mut signed_in = world.browser();
        let _ = signed_in.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let cookie = signed_in.session_cookie().unwrap();
        world.provider().go_down().await;
        // A gateway that starts now has to do without it.
        world.restart_with("").await;
        let mut signed_in = world.browser();
        signed_in.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
        let mut browser = world.browser();
        assert_not_begun(&world, &mut browser, UNAVAILABLE).await;

        let _ = signed_in.open("/dashboard").await.expect_status(200);
        assert!(signed_in.is_signed_in().await);
        let page = world.browser().open("/api/auth/signin").await.expect_status(200).text();
        assert!(page.contains("Continue with Good") && page.contains("Continue with Other"), "{page}");
        assert_works(&world, "other").await;
        let _ = world.browser().sign_in(ADA).await.expect_status(200);

        world.provider().come_back();
        world.let_pass(PAUSE);
        assert_works(&world, "good").await;
    });
}

#[test]
fn a_provider_that_is_down_is_not_asked_at_every_click() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().discovery_document(|| Reply::status(500));
        for _ in 0..5 {
            assert_not_begun(&world, &mut world.browser(), UNAVAILABLE).await;
        }
        assert_eq!(world.provider().count(DISCOVERY), 1);
        world.let_pass(PAUSE);
        assert_not_begun(&world, &mut world.browser(), UNAVAILABLE).await;
        assert_eq!(world.provider().count(DISCOVERY), 2);
    });
}

#[test]
fn every_broken_discovery_document_is_named() {
    type Evil = fn(&Provider);
    let rows: [(&str, Evil, &str); 7] = [
        ("closed", |provider| provider.discovery_document(Reply::close), UNAVAILABLE),
        ("never", |provider| provider.discovery_document(Reply::hang), UNAVAILABLE),
        ("endless", |provider| provider.discovery_document(|| Reply::flood(10_000_000)), UNAVAILABLE),
        ("broken", |provider| provider.discovery_document(|| Reply::status(502)), UNAVAILABLE),
        (
            "not there",
            |provider| provider.discovery_document(|| Reply::status(404)),
            "provider_misconfigured",
        ),
        (
            "a page",
            |provider| provider.discovery_document(|| Reply::body(200, "text/html", "<html>")),
            "provider_misconfigured",
        ),
        (
            "moved",
            |provider| {
                provider
                    .discovery_document(|| Reply::status(302).header("Location", "https://evil.example/"));
            },
            "provider_misconfigured",
        ),
    ];
    for (name, evil, code) in rows {
        story(async move {
            println!("{name}");
            let world = World::with_providers("").await;
            evil(world.provider());
            assert_not_begun(&world, &mut world.browser(), code).await;
            world.provider().behave();
            world.let_pass(PAUSE);
            assert_works(&world, "good").await;
        });
    }
}

#[test]
fn nobody_waits_for_a_provider_that_somebody_else_waits_for() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().discovery_document(Reply::hang);
        let mut waiting = world.browser();
        let token = waiting.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("json", "true")];
        let mut wire = waiting.fetch("POST", "/api/auth/signin/good").form(&fields).start().await;
        world.provider().wait_until(|seen| seen.iter().any(|seen| seen.is(DISCOVERY))).await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_works(&world, "other").await;
        let answer = in_no_time(wire.answer()).await;
        assert!(answer.url().contains("code=provider_unavailable"), "{answer:?}");
    });
}

#[test]
fn many_who_come_at_once_ask_once() {
    story(async {
        let world = World::with_providers("").await;
        let mut wires = Vec::new();
        for _ in 0..5 {
            let mut browser = world.browser();
            let token = browser.csrf_token().await;
            let fields = [("csrfToken", token.as_str()), ("json", "true")];
            wires.push(browser.fetch("POST", "/api/auth/signin/good").form(&fields).start().await);
        }
        for mut wire in wires {
            let url = wire.answer().await.expect_status(200).url();
            assert!(url.starts_with(world.provider().issuer()), "{url}");
        }
        assert_eq!(world.provider().count(DISCOVERY), 1);
    });
}

#[test]
fn a_provider_that_goes_away_in_between_costs_one_more_click() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser_of(ADA).await;
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let target = world.authorize(&url).approve("bob");
        world.provider().go_down().await;
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&target).await;
        before.assert_over(&world, &mut browser, &answer, UNAVAILABLE).await;
        assert_eq!(browser.session().await["user"]["name"], ADA.name, "the old session is as it was");
        world.provider().come_back();
        assert!(browser.sign_in_at_provider(&world, "good", "bob").await.sets_session_cookie());
    });
}

#[test]
fn without_the_store_nobody_is_signed_in_and_no_cookie_is_lost() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser_of(ADA).await;
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let target = world.authorize(&url).approve("bob");
        let cookie = browser.session_cookie();
        world.store.fail(crossgate_testkit::Operation::Create);
        let answer = browser.come_back(&target).await;
        assert!(answer.text().is_empty() || answer.status == 503, "{answer:?}");
        assert!(format!("{answer:?}").contains("store_unavailable"), "{answer:?}");
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        assert_eq!(browser.session_cookie(), cookie);
        world.store.heal();
        assert_eq!(browser.session().await["user"]["name"], ADA.name);
    });
}
