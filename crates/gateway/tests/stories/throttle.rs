//! Guessing passwords.

use std::time::Duration;

use crossgate_testkit::{ADA, BOB, World, story};

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn guesses_at_one_account_end_and_the_window_passes() {
    story(async {
        let world = World::with("throttle = { per_account = 3, per_address = 100, window = '15m' }").await;
        let mut browser = world.browser();
        for guess in ["a", "b", "c"] {
            let _ = browser.sign_in_with(ADA.email, guess, "/").await.expect_status(401);
        }
        let logins = world.api.count("POST /api/login");
        let refused = browser.sign_in_with(" ADA@shop.example ", "d", "/").await;
        assert_eq!(refused.header("retry-after"), Some("900"), "{refused:?}");
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await.expect_status(429);
        assert!(page.header("retry-after").is_some());
        assert_eq!(world.api.count("POST /api/login"), logins, "the API is left alone");

        let _ = browser.sign_in(BOB).await.expect_status(200);

        world.let_pass(14 * MINUTE);
        let _ = world.browser().sign_in(ADA).await.expect_status(401);
        world.let_pass(MINUTE);
        let _ = world.browser().sign_in(ADA).await.expect_status(200);
    });
}

#[test]
fn a_success_forgets_the_mistakes_at_this_account_and_not_those_of_the_address() {
    story(async {
        let world = World::with("throttle = { per_account = 2, per_address = 4, window = '15m' }").await;
        for _ in 0..3 {
            let mut browser = world.browser();
            let _ = browser.sign_in_with(ADA.email, "typo", "/").await.expect_status(401);
            let _ = browser.sign_in(ADA).await.expect_status(200);
        }
        let _ = world.browser().sign_in_with(BOB.email, "fourth mistake", "/").await.expect_status(401);
        let refused = world.browser().sign_in(BOB).await;
        assert!(refused.header("retry-after").is_some(), "{refused:?}");
    });
}

#[test]
fn guesses_at_many_accounts_from_one_address_end_too() {
    story(async {
        let world = World::with("throttle = { per_account = 100, per_address = 5, window = '15m' }").await;
        let mut browser = world.browser();
        for number in 0..5 {
            let answer = browser.sign_in_with(&format!("{number}@shop.example"), "x", "/").await;
            assert_eq!(answer.status, 401);
        }
        let logins = world.api.count("POST /api/login");
        let refused = browser.sign_in(ADA).await;
        assert!(refused.header("retry-after").is_some() && !refused.sets_session_cookie(), "{refused:?}");
        assert_eq!(world.api.count("POST /api/login"), logins);
    });
}

#[test]
fn an_attacker_cannot_make_up_addresses() {
    story(async {
        let world = World::with("throttle = { per_account = 100, per_address = 2, window = '15m' }").await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        for number in 0..4 {
            let email = format!("{number}@shop.example");
            let fields =
                [("email", email.as_str()), ("password", "x"), ("csrfToken", &token), ("json", "true")];
            let fetch = browser.fetch("POST", "/api/auth/callback/credentials").form(&fields);
            let _ = fetch.with("X-Forwarded-For", &format!("192.0.2.{number}")).send().await;
        }
        assert_eq!(world.api.count("POST /api/login"), 2);
    });
}

#[test]
fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    story(async {
        let world = World::build()
            .config("throttle = { per_account = 100, per_address = 1, window = '15m' }")
            .config("listen.trusted_proxies = ['127.0.0.1']")
            .start()
            .await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        for number in 0..3 {
            let email = format!("{number}@shop.example");
            let fields =
                [("email", email.as_str()), ("password", "x"), ("csrfToken", &token), ("json", "true")];
            let fetch = browser.fetch("POST", "/api/auth/callback/credentials").form(&fields);
            let _ = fetch.with("X-Forwarded-For", &format!("192.0.2.{number}")).send().await;
            assert_eq!(world.api.last().header("x-forwarded-for"), Some(&*format!("192.0.2.{number}")));
        }
        assert_eq!(world.api.count("POST /api/login"), 3);
    });
}
