//! Signing in with a provider, as people do.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_testkit::{ADA, BOB, Browser, ORIGIN, World, story};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::provider_failures::Before;

/// This person's sessions, as they see them.
async fn ways_in(browser: &mut Browser) -> Vec<Value> {
    let list = browser.get("/api/auth/sessions").await.expect_status(200).json();
    list["sessions"].as_array().unwrap().iter().map(|session| session["sign_in"].clone()).collect()
}

/// What the app is told about who is asking.
async fn identity(world: &World, browser: &mut Browser) -> Value {
    let _ = browser.open("/dashboard").await.expect_status(200);
    let keys = browser.get("/.well-known/jwks.json").await.json();
    let seen = world.app.last();
    crossgate_testkit::verified_by_key_set(seen.header("x-crossgate-identity").unwrap(), &keys).claims
}

#[test]
fn a_person_comes_back_to_the_exact_page_that_was_asked_for() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let sent_away = browser.open("/dashboard/orders?page=2&sort=a%20b").await.expect_status(303);
        let page = browser.open(sent_away.location()).await.expect_status(200).text();
        assert!(page.contains("Continue with Good") && page.contains("Continue with Other"), "{page}");
        let url = browser.choose_provider(sent_away.location(), "good").await;
        let answer = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard/orders?page=2&sort=a%20b"));
        let arrived = browser.open(&answer.location()[ORIGIN.len()..]).await.expect_status(200);
        assert!(arrived.text().contains("somebody"), "{arrived:?}");
        assert_eq!(browser.sign_ins_under_way(), [""; 0]);
    });
}

#[test]
fn the_session_knows_whom_the_provider_vouched_for() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let answer = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard"));
        let user = json!({
            "name": "Ada King", "email": "ada@shop.example", "image": "https://pictures.example/ada.png",
        });
        assert_eq!(browser.session().await["user"], user);
        assert_eq!(ways_in(&mut browser).await, ["good"]);
        let claims = identity(&world, &mut browser).await;
        let subject = format!("{}\0{}", world.provider().issuer(), world.provider().subject("ada"));
        let subject = URL_SAFE_NO_PAD.encode(Sha256::digest(subject));
        assert_eq!(claims["sub"], subject, "a hash of issuer and subject");
        let user = json!({
            "id": subject, "name": "Ada King", "email": "ada@shop.example", "email_verified": true,
            "image": "https://pictures.example/ada.png", "provider": "good",
        });
        assert_eq!(claims["user"], user);
    });
}

#[test]
fn the_same_name_at_two_providers_is_two_people_and_so_is_the_same_address() {
    story(async {
        let world = World::with_providers("").await;
        let mut subjects = std::collections::BTreeSet::new();
        for (provider, login) in [("good", "ada"), ("other", "ada"), ("good", "mallory"), ("good", "bob")] {
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, provider, login).await.expect_status(303);
            let subject = identity(&world, &mut browser).await["sub"].as_str().unwrap().to_owned();
            assert!(subjects.insert(subject), "{provider} {login}");
            assert_eq!(ways_in(&mut browser).await, [provider]);
        }
        let mut again = world.browser();
        let _ = again.sign_in_at_provider(&world, "good", "ada").await;
        let subject = identity(&world, &mut again).await["sub"].as_str().unwrap().to_owned();
        assert!(subjects.contains(&subject), "and the same person is the same person");
        assert_eq!(ways_in(&mut again).await.len(), 2);
    });
}

#[test]
fn a_sign_in_is_remembered_in_one_sealed_cookie_of_ten_minutes() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let _ = browser.csrf_token().await;
        let answer = browser.try_begin_sign_in("good", "/dashboard").await.expect_status(200);
        let lines = answer.headers_named("set-cookie");
        let line = lines.iter().find(|line| line.contains("-signin-")).expect("a cookie");
        assert!(line.starts_with("__Host-Http-crossgate-signin-"), "{line}");
        for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=600"] {
            assert!(line.contains(attribute), "{attribute}: {line}");
        }
        let page = world.authorize(&answer.url());
        assert!(!line.contains(page.state()) && !line.contains(page.parameter("nonce").unwrap()), "{line}");
        assert_eq!(browser.cookies_that_scripts_see(), "");
        assert_eq!(page.callback(), "/api/auth/callback/good");
        assert_eq!(page.parameter("redirect_uri"), Some("https://shop.example.com/api/auth/callback/good"));
    });
}

#[test]
fn two_tabs_sign_in_side_by_side_and_each_comes_back_to_its_page() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let first = browser.begin_sign_in("good", "/dashboard/first").await;
        let second = browser.begin_sign_in("other", "/dashboard/second").await;
        assert_eq!(browser.sign_ins_under_way().len(), 2);
        let answer = browser.come_back(&world.authorize(&second).approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard/second"));
        let cookie = browser.session_cookie();
        let answer = browser.come_back(&world.authorize(&first).approve("bob")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard/first"));
        assert_ne!(browser.session_cookie(), cookie, "the second sign-in replaced the first");
        assert_eq!(browser.session().await["user"]["email"], BOB.email);
        assert_eq!(browser.sign_ins_under_way(), [""; 0]);
    });
}

#[test]
fn at_most_five_sign_ins_are_under_way_and_the_oldest_gives_way() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let mut urls = Vec::new();
        for number in 0..7 {
            urls.push(browser.begin_sign_in("good", &format!("/dashboard/{number}")).await);
            world.let_pass(Duration::from_secs(1));
        }
        assert_eq!(browser.sign_ins_under_way().len(), 5);
        for oldest in &urls[..2] {
            let before = Before::of(&world, &browser);
            let answer = browser.come_back(&world.authorize(oldest).approve("ada")).await;
            before.assert_failed(&world, &mut browser, &answer, "sign_in_not_begun_here").await;
        }
        assert_eq!(browser.sign_ins_under_way().len(), 5);
        let answer = browser.come_back(&world.authorize(&urls[2]).approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard/2"));
    });
}

#[test]
fn ten_minutes_at_the_provider_are_too_long() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        world.let_pass(Duration::from_secs(9 * 60 + 59));
        let answer = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard"));

        let mut browser = world.browser();
        let begun = browser.try_begin_sign_in("good", "/dashboard").await;
        world.let_pass(Duration::from_secs(10 * 60 + 1));
        let (before, target) = (Before::of(&world, &browser), world.authorize(&begun.url()).approve("ada"));
        let answer = browser.come_back(&target).await;
        before.assert_over(&world, &mut browser, &answer, "sign_in_not_begun_here").await;

        // A browser that keeps cookies for longer than they are good gains nothing.
        let lines = begun.headers_named("set-cookie");
        let line = lines.iter().find(|line| line.contains("-signin-")).expect("a cookie");
        browser.keep_cookie(&line.replace("; Max-Age=600", ""));
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&target).await;
        before.assert_over(&world, &mut browser, &answer, "sign_in_expired").await;
        assert_eq!(world.provider().count("POST /token"), 1, "and the provider was not asked again");
    });
}

#[test]
fn the_session_that_was_there_ends_when_the_new_one_begins_and_not_before() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser_of(BOB).await;
        let bobs = browser.session_cookie().unwrap();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        assert!(browser.is_signed_in().await);
        let _ = browser.come_back(&world.authorize(&url).deny()).await.expect_status(303);
        assert_eq!(browser.session().await["user"]["email"], BOB.email, "a failed sign-in costs nothing");
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        assert_eq!(browser.session().await["user"]["email"], ADA.email);
        assert_ne!(browser.session_cookie(), Some(bobs.clone()));
        let mut old = world.browser();
        old.keep_cookie(&format!("__Host-Http-crossgate={bobs}; Path=/; Secure; HttpOnly"));
        assert_eq!(old.get("/api/orders").await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn nobody_is_led_to_another_site_afterwards() {
    story(async {
        let world = World::with_providers("").await;
        let too_long = format!("/dashboard/{}", "x".repeat(5000));
        for target in ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", &too_long]
        {
            let mut browser = world.browser();
            let url = browser.begin_sign_in("good", target).await;
            assert!(!url.contains("evil"), "{url}");
            let answer = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
            assert_eq!(answer.location(), format!("{ORIGIN}/"), "{target}");
        }
    });
}

#[test]
fn leaving_for_a_provider_needs_the_csrf_token() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        for (origin, token) in [(ORIGIN, "wrong"), (ORIGIN, ""), ("https://evil.test", token.as_str())] {
            let fields = [("csrfToken", token), ("callbackUrl", "/dashboard"), ("json", "true")];
            let fetch = browser.fetch("POST", "/api/auth/signin/good").instead("Origin", origin);
            let answer = fetch.form(&fields).send().await;
            assert_eq!(answer.url(), format!("{ORIGIN}/api/auth/signin?csrf=true"), "{origin} {token}");
        }
        let page = browser.open("/api/auth/signin/good").await.expect_status(200);
        assert!(page.text().contains("Continue with Good"), "a link only shows the page: {page:?}");
        assert_eq!(browser.sign_ins_under_way(), [""; 0]);
        assert!(world.provider().seen().is_empty());
    });
}

#[test]
fn whoever_only_looks_does_not_use_the_answer_up() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let target = world.authorize(&url).approve("ada");
        let answer = browser.navigation(&target).method("HEAD").send().await;
        assert!(answer.status == 405 && !answer.sets_session_cookie(), "{answer:?}");
        let _ = browser.come_back(&target).await.expect_status(303);
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn a_person_who_changes_their_mind_is_told_so_calmly() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&world.authorize(&url).deny()).await;
        assert!(answer.location().contains("error=Callback&"), "next-auth's word for it: {answer:?}");
        before.assert_over(&world, &mut browser, &answer, "provider_denied").await;
        assert!(!world.log.contains("ERROR") && !world.log.contains("WARN"), "{}", world.log.text());
        assert_eq!(world.provider().count("POST /token"), 0);
    });
}
