//! Requests that other sites make browsers send.

use crossgate_testkit::{ADA, Answer, Browser, Fetch, ORIGIN, World, story};

/// Nothing was changed at the API: every order that it saw was one of ours.
fn assert_orders(world: &World, orders: usize) {
    assert_eq!(world.api.count("POST /api/orders"), orders);
}

async fn order(browser: &mut Browser, change: impl FnOnce(Fetch<'_>) -> Fetch<'_>) -> Answer {
    let fetch = browser.fetch("POST", "/api/orders").with_token().await;
    change(fetch.body("application/json", "{}")).send().await
}

#[test]
fn our_own_page_with_the_token_passes() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let answer = order(&mut browser, |fetch| fetch).await.expect_status(200);
        assert_orders(&world, 1);
        // The next token comes along with every answer of the API.
        let token = answer.header("x-csrf-token").unwrap().to_owned();
        assert_eq!(token, browser.csrf_token().await);
        let answer = order(&mut browser, |fetch| fetch.without("origin")).await;
        assert_eq!(answer.status, 200, "Sec-Fetch-Site alone says it too");
        let answer = order(&mut browser, |fetch| fetch.without("sec-fetch-site")).await;
        assert_eq!(answer.status, 200, "and so does Origin");
    });
}

#[test]
fn every_foreign_origin_is_refused_with_a_good_token_too() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        type Change = fn(Fetch<'_>) -> Fetch<'_>;
        let shapes: [(&str, Change); 13] = [
            ("nothing said", |fetch| fetch.without("origin").without("sec-fetch-site")),
            ("null", |fetch| fetch.instead("Origin", "null")),
            ("null alone", |fetch| fetch.instead("Origin", "null").without("sec-fetch-site")),
            ("foreign", |fetch| fetch.instead("Origin", "https://evil.test").without("sec-fetch-site")),
            ("sibling", |fetch| fetch.instead("Sec-Fetch-Site", "same-site")),
            ("sibling alone", |fetch| fetch.instead("Sec-Fetch-Site", "same-site").without("origin")),
            ("cross-site", |fetch| fetch.instead("Sec-Fetch-Site", "cross-site")),
            ("another scheme", |fetch| fetch.instead("Origin", "http://shop.example.com")),
            ("another port", |fetch| fetch.instead("Origin", "https://shop.example.com:444")),
            ("a longer name", |fetch| fetch.instead("Origin", "https://shop.example.com.evil.test")),
            ("two lines", |fetch| fetch.with("Origin", "https://evil.test")),
            ("two equal lines", |fetch| fetch.with("Origin", ORIGIN)),
            ("a list", |fetch| fetch.instead("Origin", "https://shop.example.com, https://evil.test")),
        ];
        for (shape, change) in shapes {
            let answer = order(&mut browser, change).await;
            assert_eq!(answer.refusal(), (403, "csrf_origin".into()), "{shape}");
            assert!(answer.json()["hint"].is_string(), "{shape}");
        }
        assert_orders(&world, 0);
    });
}

#[test]
fn without_this_sessions_token_nothing_changes() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let mut other = world.browser_of(crossgate_testkit::BOB).await;
        let anonymous = world.browser().csrf_token().await;
        let good = browser.csrf_token().await;
        let tampered = format!("{}0", &good[..63]);
        for (token, code) in [
            (None, "csrf_missing"),
            (Some(String::new()), "csrf_missing"),
            (Some("x".to_owned()), "csrf_invalid"),
            (Some(other.csrf_token().await), "csrf_invalid"),
            (Some(anonymous), "csrf_invalid"),
            (Some(good.to_uppercase()), "csrf_invalid"),
            (Some(tampered).filter(|token| *token != good).or(Some("y".into())), "csrf_invalid"),
        ] {
            let fetch = browser.fetch("POST", "/api/orders").body("application/json", "{}");
            let fetch = match &token {
                Some(token) => fetch.with("X-CSRF-Token", token),
                None => fetch,
            };
            assert_eq!(fetch.send().await.refusal(), (403, code.to_owned()), "{token:?}");
        }
        assert_orders(&world, 0);
    });
}

#[test]
fn every_changing_method_needs_both_and_reading_needs_neither() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        for method in ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "post"] {
            let answer = browser.fetch(method, "/api/orders").send().await;
            assert_eq!(answer.refusal(), (403, "csrf_missing".into()), "{method}");
        }
        assert_eq!(world.api.seen().len(), 1, "the login alone");
        for method in ["GET", "OPTIONS"] {
            let fetch = browser.fetch(method, "/api/orders").instead("Sec-Fetch-Site", "cross-site");
            let answer = fetch.without("origin").send().await;
            assert_eq!(answer.status, 200, "{method}: {answer:?}");
        }
    });
}

#[test]
fn what_a_foreign_form_can_send_never_reaches_the_api() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        for content_type in
            ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
        {
            let fetch = browser.navigation("/api/orders").method("POST").with("Origin", "https://evil.test");
            let fetch = fetch.instead("Sec-Fetch-Site", "cross-site").body(content_type, "{\"a\":\"=b\"}");
            let answer = fetch.send().await;
            assert_eq!(answer.status, 403, "{content_type}: {answer:?}");
            // The same from a forgotten page of ours, which knows no token.
            let fetch = browser.navigation("/api/orders").method("POST").with("Origin", ORIGIN);
            let answer = fetch.body(content_type, "{\"a\":\"=b\"}").send().await;
            assert_eq!(answer.status, 403, "{content_type}: {answer:?}");
        }
        assert_orders(&world, 0);
    });
}

#[test]
fn with_origin_alone_the_token_is_not_asked_for_but_the_origin_is() {
    story(async {
        let world = World::with("csrf = 'origin'").await;
        let mut browser = world.signed_in().await;
        let _ = browser.fetch("POST", "/api/orders").send().await.expect_status(200);
        for site in ["same-site", "cross-site"] {
            let answer = browser.fetch("POST", "/api/orders").instead("Sec-Fetch-Site", site).send().await;
            assert_eq!(answer.refusal(), (403, "csrf_origin".into()), "{site}");
        }
        assert_orders(&world, 1);
    });
}

#[test]
fn a_page_of_the_app_needs_the_origin_only() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        for path in ["/dashboard", "/", "/api/revalidate"] {
            let action = browser.fetch("POST", path).with("Next-Action", "a1").body("text/plain", "[]");
            let _ = action.send().await.expect_status(200);
            let action = browser.fetch("POST", path).with("Next-Action", "a1").body("text/plain", "[]");
            let answer = action.instead("Origin", "https://evil.test").without("sec-fetch-site").send().await;
            assert_eq!(answer.status, 403, "{path}: {answer:?}");
        }
        assert_eq!(world.app.seen().len(), 3);
    });
}

#[test]
fn a_request_that_rides_on_no_session_needs_nothing() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.fetch("POST", "/api/register").without("origin").without("sec-fetch-site");
        let _ = answer.json(&serde_json::json!({})).send().await.expect_status(200);
        assert!(!world.api.last().has("authorization"));
    });
}

#[test]
fn signing_in_and_out_cannot_be_forced_from_elsewhere() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let token = browser.csrf_token().await;
        for (path, fields) in [
            ("/api/auth/signout", vec![("json", "true")]),
            (
                "/api/auth/callback/credentials",
                vec![("email", ADA.email), ("password", ADA.password), ("json", "true")],
            ),
        ] {
            let answer = browser.fetch("POST", path).form(&fields).send().await;
            assert!(!answer.sets_session_cookie(), "without a token: {answer:?}");
            let with_token = [fields, vec![("csrfToken", token.as_str())]].concat();
            for site in ["same-site", "cross-site"] {
                let fetch = browser.fetch("POST", path).form(&with_token).instead("Sec-Fetch-Site", site);
                let answer = fetch.send().await;
                assert!(!answer.sets_session_cookie(), "{path} {site}: {answer:?}");
                assert!(answer.json()["url"].as_str().unwrap().ends_with("?csrf=true"), "{answer:?}");
            }
        }
        assert!(browser.is_signed_in().await);
        assert_eq!(world.api.count("POST /api/login"), 1);
        assert_eq!(browser.navigation("/api/auth/signout").send().await.status, 200, "only a page");
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn a_token_of_the_page_that_was_open_before_is_good_at_sign_out() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let before = browser.csrf_token().await;
        let _ = browser.sign_in(ADA).await.expect_status(200);
        let fetch =
            browser.fetch("POST", "/api/auth/signout").form(&[("csrfToken", &before), ("json", "true")]);
        let answer = fetch.send().await.expect_status(200);
        assert!(answer.sets_session_cookie(), "{answer:?}");
        assert!(!browser.is_signed_in().await);
    });
}
