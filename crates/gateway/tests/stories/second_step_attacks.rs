//! What attackers do with a second step.

use std::time::Duration;

use crossgate_testkit::{ADA, BOB, Browser, Operation, Reply, World, story};
use serde_json::json;

use crate::sign_in_second_step::{
    CALLBACK, CODE, STEP_COOKIE, code_of, first, post, second, world, world_with,
};

const OTP: &str = "POST /api/login/otp";

/// The cookie of the step that this browser waits with.
fn step_cookie(browser: &Browser) -> String {
    let line = browser.cookie_line("/api/auth").unwrap_or_default();
    let found = line.split("; ").find_map(|pair| pair.strip_prefix(&format!("{STEP_COOKIE}=")));
    found.unwrap_or_else(|| panic!("no step in {line}")).to_owned()
}

fn plant(browser: &mut Browser, value: &str) {
    browser.keep_cookie(&format!("{STEP_COOKIE}={value}; Path=/; Secure; HttpOnly; Max-Age=300"));
}

/// The second step leads nowhere: nobody is signed in, the API is not asked, and the cookie is gone.
async fn leads_nowhere(world: &World, browser: &mut Browser, what: &str) {
    let asked = world.api.count(OTP);
    let answer = second(browser, CODE).await.expect_status(200);
    assert_eq!(code_of(&answer), "second_step_expired", "{what}");
    assert!(!answer.sets_session_cookie() && !browser.is_signed_in().await, "{what}: {answer:?}");
    assert_eq!(world.api.count(OTP), asked, "{what}: the API is not asked");
    assert!(!browser.cookie_names().contains(&STEP_COOKIE.to_owned()), "{what}");
}

#[test]
fn a_code_without_a_first_step_is_worth_nothing() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        leads_nowhere(&world, &mut browser, "no cookie").await;
        let page = browser.open("/api/auth/signin").await;
        let page = browser.send_form(&page, &[("code", CODE)]).await.expect_status(401);
        assert!(
            page.text().contains("Please start again.") && page.text().contains("name=\"password\""),
            "{page:?}"
        );
        let answer = browser.sign_in_with("", "", "/").await.expect_status(401);
        assert!(answer.url().contains("fill%20in"), "an empty first form stays a first form: {answer:?}");
    });
}

#[test]
fn a_step_of_another_browser_is_worth_nothing() {
    story(async {
        let world = world().await;
        let mut victim = world.browser();
        let _ = first(&mut victim).await;
        // Stolen without the name of the browser, or planted into another one to have it sign in as somebody else.
        let mut thief = world.browser();
        let _ = thief.csrf_token().await;
        plant(&mut thief, &step_cookie(&victim));
        leads_nowhere(&world, &mut thief, "another browser").await;

        let mut signed_in = world.browser();
        let _ = first(&mut signed_in).await;
        let _ = second(&mut signed_in, CODE).await;
        let session = signed_in.session_cookie();
        plant(&mut signed_in, &step_cookie(&victim));
        assert_eq!(code_of(&second(&mut signed_in, CODE).await), "second_step_expired");
        assert_eq!(signed_in.session_cookie(), session, "whoever is signed in stays so");

        let _ = second(&mut victim, CODE).await.expect_status(200);
        assert!(victim.is_signed_in().await, "and the victim goes on");
    });
}

#[test]
fn a_step_that_was_taken_cannot_be_taken_again() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let step = step_cookie(&browser);
        let _ = second(&mut browser, "wrong").await;
        let renewed = step_cookie(&browser);
        assert_ne!(step, renewed, "a wrong code leaves it good for another try");
        let _ = second(&mut browser, CODE).await.expect_status(200);
        let _ = browser.sign_out().await.expect_status(200);
        // The API of this story takes a code as often as it comes.
        for copy in [step, renewed] {
            plant(&mut browser, &copy);
            let answer = second(&mut browser, CODE).await;
            assert_eq!(code_of(&answer), "second_step_expired");
            assert!(!answer.sets_session_cookie() && !browser.is_signed_in().await, "{answer:?}");
        }
        assert!(world.log.contains("came again"), "the operator hears of it");
    });
}

#[test]
fn a_step_ends_after_five_minutes_however_often_it_was_tried() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        world.let_pass(Duration::from_secs(299));
        let answer = second(&mut browser, "wrong").await;
        assert_eq!(code_of(&answer), "bad_code");
        assert!(answer.headers_named("set-cookie")[0].contains("; Max-Age=1;"), "{answer:?}");
        let copy = step_cookie(&browser);
        world.let_pass(Duration::from_secs(1));
        plant(&mut browser, &copy);
        leads_nowhere(&world, &mut browser, "too late").await;
    });
}

#[test]
fn a_step_that_was_tampered_with_is_worth_nothing() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let step = step_cookie(&browser);
        let flipped = |position: usize| {
            let mut bytes = step.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        };
        let long = "A".repeat(5000);
        let odd = [flipped(0), flipped(40), flipped(step.len() / 2), step[..step.len() - 4].to_owned(), long];
        for value in odd.iter().map(String::as_str).chain(["x", "%00", "null"]) {
            plant(&mut browser, value);
            leads_nowhere(&world, &mut browser, value).await;
        }
        plant(&mut browser, &step);
        let token = browser.csrf_token().await;
        let fetch = browser.fetch("POST", CALLBACK).form(&[("code", CODE), ("csrfToken", &token)]);
        let fetch = fetch.with("Cookie", &format!("{STEP_COOKIE}=x")).with("X-Auth-Return-Redirect", "1");
        assert_eq!(code_of(&fetch.send().await), "second_step_expired", "two of them are none");
    });
}

#[test]
fn codes_are_guessed_at_the_expense_of_the_account_whoever_guesses() {
    story(async {
        let throttle = "throttle = { per_account = 4, per_address = 100, window = '15m' }";
        let world = world_with(throttle).await;
        // Whoever knows the password begins anew before every guess, in a fresh browser.
        for guess in ["1", "2"] {
            let mut thief = world.browser();
            assert_eq!(code_of(&first(&mut thief).await), "second_step");
            assert_eq!(code_of(&second(&mut thief, guess).await), "bad_code");
        }
        let mut thief = world.browser();
        assert_eq!(code_of(&first(&mut thief).await), "rate_limited");

        // A step that was begun in time is held to the same counter.
        world.let_pass(Duration::from_secs(900));
        let mut thief = world.browser();
        let _ = first(&mut thief).await;
        let step = step_cookie(&thief);
        for guess in ["1", "2", "3"] {
            assert_eq!(code_of(&second(&mut thief, guess).await), "bad_code");
            plant(&mut thief, &step);
        }
        let asked = world.api.count(OTP);
        assert_eq!(code_of(&second(&mut thief, CODE).await), "rate_limited", "a good one comes too late");
        assert_eq!(world.api.count(OTP), asked);

        let mut bob = world.browser();
        let _ = post(&mut bob, &[("email", BOB.email), ("password", BOB.password)]).await;
        let _ = second(&mut bob, CODE).await;
        assert!(bob.is_signed_in().await, "others sign in meanwhile");
    });
}

#[test]
fn a_sign_in_with_two_steps_forgets_what_it_counted() {
    story(async {
        let throttle = "throttle = { per_account = 3, per_address = 3, window = '15m' }";
        let world = world_with(throttle).await;
        for _ in 0..5 {
            let mut browser = world.browser();
            let _ = first(&mut browser).await;
            let _ = second(&mut browser, CODE).await;
            assert!(browser.is_signed_in().await);
        }
    });
}

#[test]
fn a_step_of_one_account_takes_no_code_of_another() {
    story(async {
        let world = world().await;
        world.api.on(OTP, |seen| match (seen.json()["token"].as_str(), seen.json()["code"].as_str()) {
            (Some("of-ada@shop.example"), Some("ada's")) | (Some("of-bob@shop.example"), Some("bob's")) => {
                Reply::json(200, &json!({ "user": { "id": 1 }, "token": "t", "refreshToken": "r" }))
            }
            _ => Reply::json(401, &json!({ "message": "No.", "code": "bad_code" })),
        });
        let mut bob = world.browser();
        let _ = post(&mut bob, &[("email", BOB.email), ("password", BOB.password)]).await;
        // Fields of the first form beside the code make it a first step, and the challenge is not theirs to choose.
        let answer = post(&mut bob, &[("code", "ada's"), ("challenge", "of-ada@shop.example")]).await;
        assert_eq!(code_of(&answer), "bad_code");
        assert_eq!(world.api.last_of(OTP).json()["token"], "of-bob@shop.example");
        let answer = post(&mut bob, &[("code", "ada's"), ("email", ADA.email)]).await;
        assert_eq!(code_of(&answer), "missing_field");
        assert!(!bob.is_signed_in().await);
    });
}

#[test]
fn without_the_store_no_code_is_tried_and_nobody_is_signed_in() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let asked = world.api.count(OTP);
        world.store.fail(Operation::CountAttempt);
        let answer = second(&mut browser, CODE).await.expect_status(503);
        assert!(answer.url().contains("sign_in_unavailable"), "{answer:?}");
        assert_eq!(world.api.count(OTP), asked);
        world.store.heal();
        world.store.fail(Operation::UseOnce);
        let answer = second(&mut browser, CODE).await.expect_status(503);
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        world.store.heal();
        let _ = second(&mut browser, CODE).await.expect_status(200);
        assert!(browser.is_signed_in().await, "the step waited");
    });
}

#[test]
fn another_site_cannot_take_the_step() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let fields = [("code", CODE), ("csrfToken", "x")];
        let fetch = browser.fetch("POST", CALLBACK).form(&fields);
        let answer =
            fetch.instead("Origin", "https://evil.test").with("X-Auth-Return-Redirect", "1").send().await;
        assert!(answer.url().contains("MissingCSRF"), "{answer:?}");
        let answer = post(&mut browser, &[("code", CODE)]).await;
        assert!(!answer.url().contains("error"), "{answer:?}");
    });
}

#[test]
fn the_app_and_the_api_never_see_the_step() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let _ = browser.open("/").await.expect_status(200);
        let _ = browser.get("/api/products/1").await.expect_status(200);
        for seen in [world.app.last(), world.api.last()] {
            assert!(!seen.header("cookie").unwrap_or_default().contains("step"), "{seen:?}");
        }
    });
}
