//! `getCsrfToken({ req })` on the server of an app with next-auth 4: its own pages have forms that work without a script.

use crossgate_testkit::{ADA, Answer, Browser, World, story};

use crate::next_auth::{GENERATIONS, Generation};

const V4: Generation = GENERATIONS[0];
const V5: Generation = GENERATIONS[1];
const COOKIE: &str = "__Host-next-auth.csrf-token";

async fn world() -> World {
    V4.world("[pages]\nsign_in = '/login'\nprotected = ['/dashboard/**']").await
}

/// What the app's server is told when it asks with the cookies that it was sent.
async fn token_at_the_app(world: &World) -> (String, Answer) {
    let cookies = world.app.last().header("cookie").unwrap_or_default().to_owned();
    let host = world.host();
    let answer =
        world.ask(format!("GET /api/auth/csrf HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n")).await;
    (answer.json()["csrfToken"].as_str().unwrap().to_owned(), answer)
}

async fn sign_in(browser: &mut Browser, csrf_token: &str) -> bool {
    let fields = [
        ("email", ADA.email),
        ("password", ADA.password),
        ("csrfToken", csrf_token),
        ("callbackUrl", "/dashboard"),
    ];
    let _ = browser.submit("/api/auth/callback/credentials", &fields).await;
    browser.is_signed_in().await
}

#[test]
fn a_form_on_the_apps_sign_in_page_works_at_the_first_visit_and_at_later_ones() {
    story(async {
        let world = world().await;
        for path in ["/login", "/login?callbackUrl=%2Fdashboard", "/login/", "/_next/data/build/login.json"] {
            let mut browser = world.browser();
            let answer = browser.open(path).await.expect_status(200);
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            let (first, said) = token_at_the_app(&world).await;
            assert_eq!(
                said.headers_named("set-cookie"),
                Vec::<&str>::new(),
                "the app's server is no browser"
            );
            let again = browser.open(path).await.expect_status(200);
            assert_eq!(again.headers_named("set-cookie"), Vec::<&str>::new());
            let (second, _) = token_at_the_app(&world).await;
            assert_eq!(first, second);
            assert!(sign_in(&mut browser, &first).await, "{path}");
        }
    });
}

#[test]
fn a_form_on_any_page_works_for_somebody_who_is_signed_in() {
    story(async {
        let world = world().await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        let (csrf_token, _) = token_at_the_app(&world).await;
        let _ = browser.submit("/api/auth/signout", &[("csrfToken", &csrf_token)]).await;
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn a_token_of_another_browser_is_good_for_nothing() {
    story(async {
        let world = world().await;
        let _ = world.browser().open("/login").await;
        let (theirs, _) = token_at_the_app(&world).await;
        let planted = world.app.last().header("cookie").unwrap().to_owned();
        let mut browser = world.browser();
        let _ = browser.open("/login").await;
        assert!(!sign_in(&mut browser, &theirs).await);
        let mut other = world.browser();
        other.keep_cookie(&format!("{planted}; Path=/; Secure"));
        let _ = other.open("/login").await.expect_status(200);
        assert_ne!(token_at_the_app(&world).await.0, theirs, "what a browser plants does not reach the app");
        assert!(!sign_in(&mut other, &theirs).await);
    });
}

#[test]
fn what_was_not_made_here_is_no_token() {
    story(async {
        let world = world().await;
        let _ = world.browser().open("/login").await;
        let (token, _) = token_at_the_app(&world).await;
        let host = world.host();
        for value in [token.clone(), format!("{token}|{token}"), "x|y".into(), format!("x|{token}")] {
            let head =
                format!("GET /api/auth/csrf HTTP/1.1\r\nHost: {host}\r\nCookie: {COOKIE}={value}\r\n\r\n");
            let answer = world.ask(head).await.expect_status(200);
            let given = answer.json()["csrfToken"].as_str().unwrap().to_owned();
            assert!(given.len() == 64 && given != token, "{value}");
            assert_eq!(answer.headers_named("set-cookie").len(), 1, "a browser of its own");
        }
    });
}

#[test]
fn other_pages_and_version_5_are_told_nothing_and_stay_cacheable() {
    story(async {
        let pages = "[pages]\nsign_in = '/login'\nprotected = ['/dashboard/**']";
        for (generation, path) in [(V4, "/"), (V4, "/login/help"), (V5, "/login")] {
            let world = generation.world(pages).await;
            let answer = world.browser().open(path).await.expect_status(200);
            assert_eq!(world.app.last().header("cookie"), None, "{path}");
            assert_eq!(answer.headers_named("set-cookie"), Vec::<&str>::new());
        }
    });
}
