//! Signing in, as people do.

use crossgate_testkit::{ADA, BOB, EVE, ORIGIN, World, story};
use serde_json::json;

#[test]
fn a_person_comes_back_to_the_exact_page_that_was_asked_for() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let sent_away = browser.open("/dashboard/orders?page=2&sort=a%20b").await.expect_status(303);
        assert_eq!(
            sent_away.location(),
            "/api/auth/signin?callbackUrl=%2Fdashboard%2Forders%3Fpage%3D2%26sort%3Da%2520b"
        );
        let page = sent_away.location().to_owned();
        let signed_in = browser.sign_in_at(&page, ADA.email, ADA.password).await.expect_status(303);
        assert_eq!(signed_in.location(), format!("{ORIGIN}/dashboard/orders?page=2&sort=a%20b"));
        let arrived = browser.arrive(&signed_in.location()[ORIGIN.len()..]).await.expect_status(200);
        assert!(arrived.text().contains("somebody"), "{arrived:?}");
        assert_eq!(world.app.last().target, "/dashboard/orders?page=2&sort=a%20b");
    });
}

#[test]
fn the_browser_holds_one_opaque_cookie_that_scripts_cannot_see() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.sign_in(ADA).await.expect_status(200);
        let line = answer.headers_named("set-cookie")[0];
        assert!(line.starts_with("__Host-Http-crossgate="), "{line}");
        for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
            assert!(line.contains(attribute), "{attribute}: {line}");
        }
        assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
        assert_eq!(browser.session_cookie().unwrap().len(), 43);
        assert_eq!(browser.cookies_that_scripts_see(), "");
    });
}

#[test]
fn the_password_reaches_the_api_byte_for_byte_and_nobody_else() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let _ = browser.sign_in(ADA).await.expect_status(200);
        let login = world.api.last();
        assert!(login.is("POST /api/login"));
        assert_eq!(login.json(), json!({ "email": ADA.email, "password": ADA.password }));
        let page = browser.sign_in_at("/api/auth/signin", BOB.email, "hunter2 is wrong").await;
        assert!(!page.text().contains("hunter2"), "a password never comes back: {page:?}");
        for secret in [ADA.password, "hunter2", "pä"] {
            assert!(!world.log.contains(secret), "{secret} is in the log");
        }
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn a_password_may_be_four_thousand_bytes_long() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let password = "ä1 ".repeat(1024);
        let answer = browser.sign_in_with(ADA.email, &password, "/").await;
        assert_eq!(answer.status, 401, "it is not Ada's: {answer:?}");
        assert_eq!(world.api.last().json()["password"], password.as_str());
    });
}

#[test]
fn a_json_body_and_a_form_mean_the_same() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        let body =
            json!({ "email": ADA.email, "password": ADA.password, "csrfToken": token, "callbackUrl": "/x" });
        let fetch = browser.fetch("POST", "/api/auth/callback/credentials").json(&body);
        let answer = fetch.with("X-Auth-Return-Redirect", "1").send().await.expect_status(200);
        assert_eq!(answer.json(), json!({ "url": format!("{ORIGIN}/x") }));
        assert_eq!(world.api.last().json()["password"], ADA.password);
    });
}

#[test]
fn a_wrong_password_is_answered_in_the_words_of_the_api() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        // next-auth 4
        let answer = browser.sign_in_with(ADA.email, "wrong", "/").await.expect_status(401);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        assert_eq!(
            url,
            format!("{ORIGIN}/api/auth/error?error=That%20e-mail%20and%20password%20do%20not%20match.")
        );
        // next-auth 5
        let token = browser.csrf_token().await;
        let fields = [("email", ADA.email), ("password", "wrong"), ("csrfToken", &token)];
        let fetch = browser.fetch("POST", "/api/auth/callback/credentials").form(&fields);
        let answer = fetch.with("X-Auth-Return-Redirect", "1").send().await.expect_status(200);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        assert_eq!(url, format!("{ORIGIN}/api/auth/signin?error=CredentialsSignin&code=bad_credentials"));
        // the built-in page
        let page = browser.sign_in_at("/api/auth/signin?callbackUrl=/dashboard", ADA.email, "wrong").await;
        assert_eq!(page.status, 401);
        let html = page.text();
        assert!(html.contains("That e-mail and password do not match."), "{html}");
        assert!(html.contains(ADA.email), "what was typed is still there: {html}");
        assert!(html.contains("/dashboard"), "and so is the target: {html}");
        assert!(!page.sets_session_cookie());
        assert_eq!(browser.session_cookie(), None);
    });
}

#[test]
fn a_message_of_the_api_cannot_become_markup() {
    story(async {
        let world = World::new().await;
        world.api.on("POST /api/login", |_| {
            crossgate_testkit::Reply::json(401, &json!({ "message": "<script>alert(1)</script>\u{7}" }))
        });
        let page = world.browser().sign_in_at("/api/auth/signin", ADA.email, "x").await.expect_status(401);
        assert!(!page.text().contains("<script"), "{page:?}");
    });
}

#[test]
fn a_locked_account_is_told_so() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let page = browser.sign_in_at("/api/auth/signin", EVE.email, EVE.password).await.expect_status(403);
        assert!(page.text().contains("Your account is locked. Call us."), "{page:?}");
        let answer = browser.sign_in(EVE).await.expect_status(401);
        assert!(answer.json()["url"].as_str().unwrap().contains("account%20is%20locked"), "{answer:?}");
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn signing_in_again_begins_a_new_session_and_ends_the_old_one() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let first = browser.session_cookie().unwrap();
        let _ = browser.sign_in(BOB).await.expect_status(200);
        let second = browser.session_cookie().unwrap();
        assert_ne!(first, second);
        assert_eq!(browser.session().await["user"]["email"], BOB.email);

        let mut thief = world.browser();
        thief.keep_cookie(&format!("__Host-Http-crossgate={first}; Path=/; Secure; HttpOnly"));
        assert_eq!(thief.get("/api/orders").await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn a_session_id_that_an_attacker_planted_is_never_taken_over() {
    story(async {
        let world = World::new().await;
        let planted = "A".repeat(43);
        let mut browser = world.browser();
        browser.keep_cookie(&format!("__Host-Http-crossgate={planted}; Path=/; Secure; HttpOnly"));
        let _ = browser.sign_in(ADA).await.expect_status(200);
        assert_ne!(browser.session_cookie().unwrap(), planted);
    });
}

#[test]
fn the_session_endpoint_tells_what_a_client_may_know_and_no_more() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let answer = browser.get("/api/auth/session").await.expect_status(200);
        let user = json!({ "name": ADA.name, "email": ADA.email });
        assert_eq!(answer.json(), json!({ "user": user, "expires": "2026-01-01T12:00:00.000Z" }));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache, no-store"));
        assert!(!answer.text().contains("api-token"));
        assert_eq!(world.browser().session().await, json!({}));
    });
}

#[test]
fn an_update_of_the_session_takes_nothing_over_from_the_caller() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser_of(BOB).await;
        let token = browser.csrf_token().await;
        let body = json!({ "csrfToken": token, "data": { "user": { "email": ADA.email, "role": "admin" } } });
        let answer = browser.fetch("POST", "/api/auth/session").json(&body).send().await.expect_status(200);
        assert_eq!(answer.json()["user"]["email"], BOB.email);
        let without = browser.fetch("POST", "/api/auth/session").json(&json!({})).send().await;
        assert_eq!(without.status, 400);
    });
}

#[test]
fn an_app_with_next_auth_5_and_a_page_of_its_own_hears_its_own_words() {
    story(async {
        let world = World::with("pages.sign_in = '/login'\n[app]\nnext_auth = 'v5'").await;
        let mut browser = world.browser();
        assert_eq!(browser.session().await, json!(null), "nobody, as a v5 client reads it");
        let token = browser.csrf_token().await;
        let fields = |password| [("email", ADA.email), ("password", password), ("csrfToken", token.as_str())];
        let refused =
            browser.submit("/api/auth/callback/credentials", &fields("wrong")).await.expect_status(303);
        assert_eq!(
            refused.location(),
            format!("{ORIGIN}/login?error=CredentialsSignin&code=bad_credentials")
        );
        let empty = browser.submit("/api/auth/callback/credentials", &fields("")).await.expect_status(303);
        assert_eq!(empty.location(), format!("{ORIGIN}/login?error=CredentialsSignin&code=missing_field"));
        world.api.go_down().await;
        let down = browser.submit("/api/auth/callback/credentials", &fields("x")).await.expect_status(303);
        assert!(down.location().ends_with("error=Configuration&code=sign_in_unavailable"), "{down:?}");
        world.api.come_back();
        let answer = browser.submit("/api/auth/callback/credentials", &fields(ADA.password)).await;
        assert_eq!((answer.status, answer.location()), (303, "https://shop.example.com/"));
        assert!(browser.is_signed_in().await);
    });
}
