//! A refusal speaks the caller's language, and never carries a byte of an upstream.

use crossgate_testkit::{BOB, World, story};
use serde_json::json;

#[test]
fn a_navigation_is_led_to_the_sign_in_page() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.open("/dashboard?tab=2&x=%2F#top").await;
        // A fragment is never sent by a browser; who sends one is no browser.
        assert_eq!(answer.status, 400);
        let answer = browser.open("/dashboard/a%20b?tab=2&x=%2F").await.expect_status(303);
        let target = "%2Fdashboard%2Fa%2520b%3Ftab%3D2%26x%3D%252F";
        assert_eq!(answer.location(), format!("/api/auth/signin?callbackUrl={target}"));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache, no-store"));
        assert!(answer.body.is_empty());
        let api = browser.open("/api/orders?x=1").await.expect_status(303);
        assert_eq!(api.location(), "/api/auth/signin?callbackUrl=%2Fapi%2Forders%3Fx%3D1");
        assert!(world.app.seen().is_empty() && world.api.seen().is_empty());
    });
}

#[test]
fn old_browsers_without_fetch_metadata_are_led_there_too() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let fetch = browser.navigation("/dashboard").without("sec-fetch-mode").without("sec-fetch-site");
        assert_eq!(fetch.send().await.status, 303);
        let fetch = browser.navigation("/dashboard").without("sec-fetch-mode").instead("Accept", "*/*");
        assert_eq!(fetch.send().await.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn the_apps_own_sign_in_page_takes_the_place_of_ours() {
    story(async {
        let world = World::with("pages = { sign_in = '/login?from=gate', default = 'protected' }").await;
        let mut browser = world.browser();
        let answer = browser.open("/anything").await.expect_status(303);
        assert_eq!(answer.location(), "/login?from=gate&callbackUrl=%2Fanything");
        let page = browser.arrive("/anything").await.expect_status(200);
        assert!(page.text().contains("/login"), "it is open by itself: {page:?}");
    });
}

#[test]
fn a_script_gets_json_with_a_stable_code() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.get("/api/orders").await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let answer = browser.fetch("POST", "/api/orders").json(&json!({})).send().await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
        assert_eq!(browser.get("/dashboard").await.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn the_pages_router_is_told_to_navigate() {
    story(async {
        let world = World::with("[app]\nbase_path = '/shop'\nlocales = ['en', 'de']").await;
        let mut browser = world.browser();
        let fetch = browser.fetch("GET", "/shop/_next/data/b1/de/dashboard/orders.json?page=2");
        let answer = fetch.with("x-nextjs-data", "1").send().await.expect_status(200);
        let props = answer.json()["pageProps"].clone();
        assert_eq!(
            props["__N_REDIRECT"],
            "/api/auth/signin?callbackUrl=%2Fshop%2Fdashboard%2Forders%3Fpage%3D2"
        );
        assert_eq!(props["__N_REDIRECT_BASE_PATH"], false);
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn the_app_router_gets_a_status_and_makes_the_navigation_itself() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for target in ["/dashboard.rsc", "/dashboard.segments/_tree.segment.rsc", "/dashboard.prefetch.rsc"] {
            assert_eq!(browser.get(target).await.refusal(), (401, "not_signed_in".into()), "{target}");
        }
        let fetch = browser.fetch("GET", "/dashboard?_rsc=abc").with("RSC", "1");
        assert_eq!(fetch.send().await.refusal(), (401, "not_signed_in".into()));
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn a_server_action_is_redirected_in_its_own_words() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let fetch =
            browser.fetch("POST", "/dashboard?tab=1").with("Next-Action", "a1").body("text/plain", "[]");
        let answer = fetch.send().await.expect_status(401);
        assert_eq!(
            answer.header("x-action-redirect"),
            Some("/api/auth/signin?callbackUrl=%2Fdashboard%3Ftab%3D1;push")
        );
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn a_transport_that_nobody_knows_is_refused_signed_in_or_not() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        for target in [
            "/dashboard.json",
            "/dashboard.html",
            "/dashboard.segments/_tree",
            "/_next/data/b1/dashboard",
            "/_next/data/b1/dashboard.json.json",
            "/account.txt",
        ] {
            let answer = browser.get(target).await;
            assert_eq!(answer.status, 404, "{target}: {answer:?}");
            assert_eq!(answer.refusal().1, "unknown_transport", "{target}");
        }
        assert!(world.app.seen().is_empty());
        let _ = browser.get("/favicon.ico").await.expect_status(200);
        let _ = browser.get("/_next/static/chunks/app.js").await.expect_status(200);
    });
}

#[test]
fn a_person_without_the_claim_is_refused_and_told_so() {
    story(async {
        let rule = "[[pages.rule]]\npath = '/dashboard/admin/**'\naccess = 'session'\nrequire = { role = ['admin', 'owner'] }\n[[api]]\n[[api.rule]]\npath = '/api/admin/**'\naccess = 'session'\nrequire = { role = 'admin', 'user.address.country' = 'AT' }";
        let world = World::with(rule).await;
        let mut ada = world.signed_in().await;
        let mut bob = world.browser_of(BOB).await;
        let _ = ada.open("/dashboard/admin/users").await.expect_status(200);
        let _ = ada.get("/api/admin/users").await.expect_status(200);
        let seen = world.app.seen().len() + world.api.seen().len();
        let page = bob.open("/dashboard/admin/users").await.expect_status(403);
        assert!(page.text().contains("<html"), "{page:?}");
        assert_eq!(bob.get("/api/admin/users").await.refusal(), (403, "forbidden".into()));
        assert_eq!(bob.get("/dashboard/admin.rsc").await.refusal(), (403, "forbidden".into()));
        assert_eq!(world.app.seen().len() + world.api.seen().len(), seen);
        let mut nobody = world.browser();
        assert_eq!(nobody.get("/api/admin/users").await.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn our_own_endpoints_never_send_anybody_in_circles() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.open("/api/auth/sessions").await.expect_status(401);
        assert!(answer.text().contains("<html") && answer.header("location").is_none(), "{answer:?}");
        let answer = browser.open("/api/auth/callback/credentials").await.expect_status(404);
        assert!(answer.text().contains("<html"), "{answer:?}");
    });
}

#[test]
fn every_answer_of_ours_with_a_body_says_what_it_is() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let mut answers = Vec::new();
        for target in [
            "/api/auth/signin",
            "/api/auth/signout",
            "/api/auth/error?error=Configuration",
            "/api/auth/verify-request",
            "/api/auth/session",
            "/api/auth/csrf",
            "/api/auth/providers",
            "/api/auth/sessions",
            "/.well-known/jwks.json",
            "/dashboard.unknown",
            "/no%2Fway",
        ] {
            answers.push(browser.navigation(target).send().await);
            answers.push(browser.get(target).await);
        }
        answers.push(world.ask("GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n").await);
        answers.push(world.ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").await);
        let with_body: Vec<_> = answers.iter().filter(|answer| !answer.body.is_empty()).collect();
        assert!(with_body.len() > 15, "{answers:?}");
        for answer in with_body {
            let kind = answer.header("content-type").unwrap();
            assert!(kind == "application/json" || kind == "text/html; charset=utf-8", "{answer:?}");
            assert_eq!(answer.text().starts_with("<!"), kind.starts_with("text/html"), "{answer:?}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        }
    });
}
