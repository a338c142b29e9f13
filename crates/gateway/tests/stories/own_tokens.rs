//! The token that the API's own login returned, and what callers bring along themselves.

use std::time::Duration;

use crossgate_testkit::{ADA, World, story};

const ORDERS: &str = "/api/orders";

#[test]
fn the_api_recognises_the_person_by_its_own_token() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let answer = browser.get(ORDERS).await.expect_status(200);
        assert_eq!(world.api.last().header("authorization"), Some("Bearer api-token-1"));
        assert_eq!(world.api.person_of(&world.api.last()), Some(ADA));
        assert!(!world.api.last().has("x-crossgate-identity"));
        assert!(!answer.headers.iter().any(|(_, value)| value.contains("api-token")), "{answer:?}");
        assert!(!world.log.contains("api-token") && !world.log.contains("refresh-1"));
        assert!(!world.log.contains(&browser.session_cookie().unwrap()));
    });
}

#[test]
fn it_comes_under_the_header_and_scheme_that_the_api_expects() {
    story(async {
        for (change, name, value) in [
            ("header = 'authorization'\nscheme = 'Token'", "authorization", "Token api-token-1"),
            ("header = 'x-access-token'", "x-access-token", "api-token-1"),
            ("header = 'x-auth'\nscheme = 'JWT'", "x-auth", "JWT api-token-1"),
        ] {
            let world = World::with(&format!("[[api]]\n{change}")).await;
            let mut browser = world.signed_in().await;
            let _ = browser.get("/api/whatever").await.expect_status(200);
            assert_eq!(world.api.last().header(name), Some(value));
            assert_eq!(world.api.last().has("authorization"), name == "authorization");
            let _ = browser.open("/").await.expect_status(200);
            assert_eq!(world.app.last().header(name), Some(value), "pages get it too");
        }
    });
}

#[test]
fn what_a_caller_says_about_itself_never_passes() {
    story(async {
        let world = World::with("[[api]]\nheader = 'x-access-token'").await;
        let spoofed = |fetch: crossgate_testkit::Fetch<'_>| {
            fetch
                .with("Authorization", "Bearer spoofed")
                .with("X-Access-Token", "spoofed")
                .with("X-Crossgate-Identity", "spoofed")
                .with("x-crossgate-anything", "spoofed")
                .with("X_Access_Token", "spoofed")
                .bytes()
        };
        let (mut ada, mut nobody) = (world.signed_in().await, world.browser());
        for path in ["/api/products/1", "/", "/_next/static/x.js", "/_next/data/b/index.json"] {
            for browser in [&mut ada, &mut nobody] {
                let bytes = spoofed(browser.fetch("GET", path));
                assert_eq!(world.ask(bytes).await.status, 200, "{path}");
            }
        }
        let seen = [world.api.seen(), world.app.seen()].concat();
        assert_eq!(seen.len(), 9);
        for request in seen {
            let text = format!("{:?}", request.headers).to_lowercase();
            assert!(!text.contains("spoofed"), "{request:?}");
        }
    });
}

#[test]
fn a_token_nominated_away_or_repeated_changes_nothing() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let fetch =
            browser.fetch("GET", ORDERS).with("Connection", "close, authorization, cookie, x-forwarded-for");
        let fetch = fetch.with("Authorization", "Bearer a").with("Authorization", "Bearer b");
        let _ = fetch.send().await.expect_status(200);
        assert_eq!(world.api.last().header("authorization"), Some("Bearer api-token-1"));
        assert_eq!(world.api.last().header("x-forwarded-for"), Some("127.0.0.1"));
    });
}

#[test]
fn a_script_with_its_own_bearer_is_let_through_where_a_line_says_so_and_is_nobody_to_us() {
    story(async {
        let world = World::with("[[api]]\naccept_bearer = ['/api/mobile/**']").await;
        let mut browser = world.signed_in().await;
        let fetch = browser.fetch("POST", "/api/mobile/orders").with("Authorization", "Bearer theirs");
        let answer = fetch.without("origin").without("sec-fetch-site").send().await.expect_status(200);
        let seen = world.api.last();
        assert_eq!(seen.header("authorization"), Some("Bearer theirs"));
        assert!(!seen.has("cookie"));
        assert!(!answer.headers_named("x-csrf-token").iter().any(|token| !token.is_empty()), "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        // Without one, the session counts; elsewhere a bearer counts for nothing.
        let _ = browser.get("/api/mobile/orders").await.expect_status(200);
        assert_eq!(world.api.last().bearer(), "api-token-1");
        let mut nobody = world.browser();
        let fetch = nobody.fetch("GET", ORDERS).with("Authorization", "Bearer theirs");
        assert_eq!(fetch.send().await.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn a_token_of_the_api_that_has_ended_is_never_sent() {
    story(async {
        let world = World::new().await;
        world.api.issue_tokens_until(world.now().as_seconds() + 600);
        let mut browser = world.signed_in().await;
        world.let_pass(Duration::from_secs(599));
        let _ = browser.get(ORDERS).await.expect_status(200);
        world.let_pass(Duration::from_secs(1));
        let seen = world.api.seen().len();

        assert_eq!(browser.get(ORDERS).await.refusal(), (401, "token_expired".into()));
        let page = browser.open("/dashboard").await.expect_status(303);
        assert_eq!(page.location(), "/api/auth/signin?callbackUrl=%2Fdashboard");
        assert_eq!(world.api.seen().len(), seen);

        let _ = browser.get("/").await.expect_status(200);
        assert!(!world.app.last().has("authorization"), "an open page is shown without");
        assert!(world.app.last().has("x-crossgate-identity"));
        let _ = browser.get("/api/products/1").await.expect_status(200);
        assert!(!world.api.last().has("authorization"));
        assert!(browser.is_signed_in().await, "the session itself is alive");

        world.api.issue_tokens_until(world.now().as_seconds() + 600);
        let _ = browser.sign_in(ADA).await.expect_status(200);
        let _ = browser.get(ORDERS).await.expect_status(200);
    });
}

#[test]
fn the_login_may_say_how_long_its_token_lives() {
    story(async {
        let world = World::with("[sign_in.credentials.login]\nexpires_in = '/expiresIn'").await;
        world.api.on("POST /api/login", |_| {
            let body = serde_json::json!({ "user": { "id": "u" }, "token": "t", "refreshToken": "r", "expiresIn": 60 });
            crossgate_testkit::Reply::json(200, &body)
        });
        let mut browser = world.signed_in().await;
        world.let_pass(Duration::from_secs(59));
        let answer = browser.get(ORDERS).await;
        assert_ne!(answer.code(), "token_expired");
        world.let_pass(Duration::from_secs(1));
        assert_eq!(browser.get(ORDERS).await.refusal(), (401, "token_expired".into()));
    });
}

#[test]
fn a_refusal_by_the_api_itself_comes_through_as_it_is() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        world.api.on("GET /api/orders", |_| {
            crossgate_testkit::Reply::json(401, &serde_json::json!({ "message": "jwt expired" }))
        });
        let answer = browser.get(ORDERS).await.expect_status(401);
        assert_eq!(answer.json()["message"], "jwt expired");
        assert!(!answer.sets_session_cookie());
    });
}
