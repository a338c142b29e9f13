//! Signing in when something behind does not work.

use crossgate_testkit::{ADA, BOB, Operation, Reply, World, story};
use serde_json::json;

#[test]
fn an_api_that_is_down_is_nobodys_wrong_password() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        world.api.go_down().await;
        let answer = browser.sign_in(ADA).await.expect_status(503);
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await.expect_status(503);
        assert!(page.header("retry-after").is_some());
        assert!(page.text().contains("not available"), "{page:?}");
        world.api.come_back();
        let _ = browser.sign_in(ADA).await.expect_status(200);
    });
}

#[test]
fn a_failed_sign_in_never_costs_the_session_that_was_there() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let cookie = browser.session_cookie();
        world.api.go_down().await;
        let answer = browser.sign_in(BOB).await.expect_status(503);
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        world.api.come_back();
        let answer = browser.sign_in_with(BOB.email, "wrong", "/").await.expect_status(401);
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        world.store.fail(Operation::Create);
        let answer = browser.sign_in(BOB).await.expect_status(503);
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        world.store.heal();
        assert_eq!(browser.session_cookie(), cookie);
        assert_eq!(browser.session().await["user"]["email"], ADA.email);
    });
}

#[test]
fn every_answer_that_says_neither_yes_nor_no_is_an_outage_or_a_misconfiguration() {
    story(async {
        let world = World::with("throttle.per_account = 1000").await;
        for (status, reply, page_status, word) in [
            (500, "{}", 503, "status 500"),
            (503, "", 503, "status 503"),
            (301, "", 502, "status 301"),
            (200, "<html>", 502, "not JSON"),
            (200, "{}", 502, "`/user`"),
            (200, r#"{"user":"Ada","token":"t","refreshToken":"r"}"#, 502, "`/user`"),
            (200, r#"{"user":{"name":"Ada"},"token":"t","refreshToken":"r"}"#, 502, "subject"),
            (200, r#"{"user":{"id":1}}"#, 502, "`/token`"),
            (200, r#"{"user":{"id":1},"token":"a b","refreshToken":"r"}"#, 502, "`/token`"),
            (200, r#"{"user":{"id":1},"token":"a\r\nX: y","refreshToken":"r"}"#, 502, "`/token`"),
            (200, r#"{"user":{"id":1},"token":"t"}"#, 502, "`/refreshToken`"),
        ] {
            world.api.on("POST /api/login", move |_| {
                Reply::body(status, "application/json", reply).header("Location", "/api/other")
            });
            let mut browser = world.browser();
            let page = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await;
            assert_eq!(page.status, page_status, "{status} {reply}: {page:?}");
            assert!(!page.sets_session_cookie(), "{status} {reply}");
            assert!(world.log.contains(word), "the operator reads {word:?} for {status} {reply}");
            assert!(!page.text().contains("JSON Pointer"), "and the person does not: {page:?}");
        }
        assert_eq!(world.api.count("GET /api/other") + world.api.count("POST /api/other"), 0);
        assert!(!world.log.contains(ADA.password));
    });
}

#[test]
fn a_misconfiguration_is_an_error_of_the_client_protocol_too() {
    story(async {
        let world = World::new().await;
        world.api.on("POST /api/login", |_| Reply::json(200, &json!({ "user": { "id": 7 } })));
        let mut browser = world.browser();
        let answer = browser.sign_in(ADA).await;
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        assert!(url.ends_with("/api/auth/error?error=Configuration"), "{answer:?}");
        assert!(world.log.contains("sign_in_misconfigured"));
    });
}

#[test]
fn broken_answers_of_the_login_are_outages() {
    story(async {
        let world = World::with("throttle.per_account = 1000").await;
        type Script = fn() -> Reply;
        let replies: [(&str, Script); 4] = [
            ("closed", Reply::close),
            ("no HTTP", || Reply::raw("SSH-2.0-x\r\n\r\n")),
            ("broken off", || Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")),
            ("endless", || Reply::flood(10_000_000)),
        ];
        for (name, reply) in replies {
            world.api.on("POST /api/login", move |_| reply());
            let answer = world.browser().sign_in(ADA).await;
            assert_eq!(answer.status, 503, "{name}: {answer:?}");
            assert!(!answer.sets_session_cookie());
        }
    });
}

#[test]
fn without_the_store_nobody_guesses_and_nobody_loses_a_cookie() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let cookie = browser.session_cookie();
        let logins = world.api.count("POST /api/login");
        world.store.fail(Operation::CountAttempt);
        let answer = browser.sign_in(BOB).await.expect_status(503);
        assert_eq!(answer.header("retry-after"), Some("5"));
        assert_eq!(world.api.count("POST /api/login"), logins, "an attempt that is not counted is not made");
        assert_eq!(browser.session_cookie(), cookie);
    });
}

#[test]
fn a_script_that_wants_it_is_told_the_sentence_beside_the_code() {
    story(async {
        let world = World::new().await;
        world.api.on("POST /api/login", |seen| match seen.json()["password"].as_str() {
            Some("known") => {
                Reply::json(401, &json!({ "message": "Three\u{202e} left.", "code": "three_left" }))
            }
            _ => Reply::json(401, &json!({})),
        });
        for (password, messages, message) in [
            ("known", "true", json!("Three left.")),
            ("silent", "true", json!("Sign-in failed. Check what you entered and try again.")),
            ("known", "false", json!(null)),
        ] {
            let mut browser = world.browser();
            let token = browser.csrf_token().await;
            let fields =
                [("email", ADA.email), ("password", password), ("csrfToken", &token), ("messages", messages)];
            let attempt = browser.fetch("POST", "/api/auth/callback/credentials");
            let answer =
                attempt.with("X-Auth-Return-Redirect", "1").form(&fields).send().await.expect_status(200);
            assert_eq!(answer.json()["message"], message, "{password} {messages}");
            assert!(answer.json()["url"].as_str().unwrap().contains("code="));
        }
    });
}
