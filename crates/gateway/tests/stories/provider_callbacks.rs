//! Answers of providers that somebody else brings, or that were made for somebody else.

use crossgate_testkit::{Authorization, Browser, World, story};
use serde_json::Value;

use crate::provider_failures::Before;

/// A browser that is at the provider now.
async fn at_provider(world: &World) -> (Browser, Authorization) {
    let mut browser = world.browser();
    let url = browser.begin_sign_in("good", "/dashboard").await;
    (browser, world.authorize(&url))
}

/// What the browser opens does not sign it in. `ends`: whether its sign-in is over with that.
async fn assert_refused(world: &World, browser: &mut Browser, target: &str, code: &str, ends: bool) {
    let before = Before::of(world, browser);
    let answer = browser.come_back(target).await;
    before.assert_failed(world, browser, &answer, code).await;
    let left = if ends { 0 } else { 1 };
    assert_eq!(browser.sign_ins_under_way().len(), left, "{code}: {target}");
}

#[test]
fn an_answer_without_the_right_state_belongs_to_nobody() {
    story(async {
        let world = World::with_providers("").await;
        let (mut browser, page) = at_provider(&world).await;
        let good = page.approve("ada");
        let state = format!("state={}", page.state());
        let wrong = format!("state={}", "A".repeat(43));
        for (name, target) in [
            ("none", good.replace(&state, "")),
            ("an empty one", good.replace(&state, "state=")),
            ("another", good.replace(&state, &wrong)),
            ("a longer one", good.replace(&state, &format!("{state}A"))),
            ("one that is not short", good.replace(&state, &format!("state={}", "A".repeat(6000)))),
            ("one that is no text", good.replace(&state, "state=%FF%00%0A")),
        ] {
            println!("{name}");
            // Nobody can end somebody else's sign-in by sending them a link.
            assert_refused(&world, &mut browser, &target, "sign_in_not_begun_here", false).await;
        }
        assert_eq!(world.provider().count("POST /token"), 0, "codes of nobody are not redeemed");
        let answer = browser.come_back(&good).await;
        assert!(answer.sets_session_cookie(), "and the real one still counts: {answer:?}");
    });
}

#[test]
fn parameters_that_stand_twice_mean_nothing() {
    story(async {
        let world = World::with_providers("").await;
        for further in
            ["&code=another", "&state=another", "&iss=https%3A%2F%2Fevil.example", "&error=x&error=y"]
        {
            let (mut browser, page) = at_provider(&world).await;
            let target = format!("{}{further}", page.approve("ada"));
            assert_refused(&world, &mut browser, &target, "sign_in_not_begun_here", true).await;
        }
        let (mut browser, page) = at_provider(&world).await;
        assert_refused(&world, &mut browser, &page.answer(&[]), "sign_in_not_begun_here", true).await;
        let (mut browser, page) = at_provider(&world).await;
        let target = page.answer(&[("code", &"x".repeat(5000))]);
        assert_refused(&world, &mut browser, &target, "sign_in_not_begun_here", true).await;
        assert_eq!(world.provider().count("POST /token"), 0);
    });
}

#[test]
fn an_answer_counts_once() {
    story(async {
        let world = World::with_providers("").await;
        let (mut browser, page) = at_provider(&world).await;
        let cookies = browser.cookie_line("/").unwrap();
        let target = page.approve("ada");
        assert!(browser.come_back(&target).await.sets_session_cookie());
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&target).await;
        before.assert_over(&world, &mut browser, &answer, "sign_in_not_begun_here").await;
        assert!(browser.is_signed_in().await, "whoever presses the back button stays signed in");
        // A thief with a copy of the cookies from before, and even with a fresh code.
        for target in [target.clone(), page.approve("ada")] {
            let mut thief = browser_with(&world, &cookies);
            assert_refused(&world, &mut thief, &target, "sign_in_not_begun_here", true).await;
        }
        assert_eq!(world.provider().count("POST /token"), 1);
    });
}

#[test]
fn of_two_that_come_at_once_one_counts() {
    story(async {
        let world = World::with_providers("").await;
        let (mut browser, page) = at_provider(&world).await;
        let request = browser.navigation(&page.approve("ada")).bytes();
        let (mut one, mut two) = (world.wire().await, world.wire().await);
        one.send(&request).await;
        two.send(&request).await;
        let (one, two) = (one.answer().await, two.answer().await);
        let signed_in = [&one, &two].into_iter().filter(|answer| answer.sets_session_cookie()).count();
        assert_eq!(signed_in, 1, "{one:?}\n{two:?}");
        assert_eq!(world.provider().count("POST /token"), 1);
    });
}

/// A browser with the cookies of another one.
fn browser_with(world: &World, cookies: &str) -> Browser {
    let mut browser = world.browser();
    for pair in cookies.split("; ") {
        browser.keep_cookie(&format!("{pair}; Path=/; Secure; HttpOnly"));
    }
    browser
}

#[test]
fn nobody_is_signed_in_by_a_link_that_somebody_else_sends() {
    story(async {
        let world = World::with_providers("").await;
        let (_mallorys, page) = at_provider(&world).await;
        let link = page.approve("mallory");
        let mut victim = world.browser();
        assert_refused(&world, &mut victim, &link, "sign_in_not_begun_here", true).await;
        let (mut victim, _) = at_provider(&world).await;
        assert_refused(&world, &mut victim, &link, "sign_in_not_begun_here", false).await;
        assert_eq!(world.provider().count("POST /token"), 0);
    });
}

#[test]
fn a_code_of_somebody_else_is_worth_nothing_here() {
    story(async {
        let world = World::with_providers("").await;
        // A code that was stolen from Ada's address bar, brought into a sign-in of Mallory's own.
        let (_adas, adas_page) = at_provider(&world).await;
        let (mut mallorys, page) = at_provider(&world).await;
        let target = page.answer(&[("code", &adas_page.code_for("ada"))]);
        assert_refused(&world, &mut mallorys, &target, "provider_refused", true).await;
        assert!(world.log.contains("invalid_grant"));
        // Where the provider does not compare verifiers, the nonce tells.
        world.provider().ignore_verifiers();
        let (mut mallorys, page) = at_provider(&world).await;
        let target = page.answer(&[("code", &adas_page.code_for("ada"))]);
        assert_refused(&world, &mut mallorys, &target, "provider_invalid", true).await;
        assert!(world.log.contains("nonce"), "{}", world.log.text());
    });
}

#[test]
fn a_code_that_was_made_up_or_used_is_refused() {
    story(async {
        let world = World::with_providers("").await;
        let (mut browser, page) = at_provider(&world).await;
        assert_refused(&world, &mut browser, &page.answer(&[("code", "x")]), "provider_refused", true).await;
        let (mut browser, page) = at_provider(&world).await;
        let target = page.approve("ada");
        world.let_pass(std::time::Duration::from_secs(61));
        assert_refused(&world, &mut browser, &target, "provider_refused", true).await;
        assert!(!world.log.contains("ERROR"), "strangers do not wake anybody: {}", world.log.text());
    });
}

#[test]
fn an_answer_that_names_another_issuer_is_a_mix_up() {
    story(async {
        let world = World::with_providers("").await;
        for issuer in [Some("https://evil.example"), Some(world.other_provider().issuer()), Some("x"), None] {
            world.provider().iss(issuer);
            let (mut browser, page) = at_provider(&world).await;
            assert_refused(&world, &mut browser, &page.approve("ada"), "provider_invalid", true).await;
            let (mut browser, page) = at_provider(&world).await;
            assert_refused(&world, &mut browser, &page.deny(), "provider_invalid", true).await;
        }
        assert_eq!(world.provider().count("POST /token"), 0, "no code went anywhere");
        assert_eq!(world.other_provider().count("POST /token"), 0);
    });
}

#[test]
fn a_provider_that_never_names_itself_need_not() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().discovery(|document| {
            document.insert("authorization_response_iss_parameter_supported".to_owned(), Value::Bool(false));
        });
        world.provider().iss(None);
        let (mut browser, page) = at_provider(&world).await;
        assert!(browser.come_back(&page.approve("ada")).await.sets_session_cookie());
        world.provider().iss(Some("https://evil.example"));
        let (mut browser, page) = at_provider(&world).await;
        assert_refused(&world, &mut browser, &page.approve("ada"), "provider_invalid", true).await;
    });
}

#[test]
fn one_provider_cannot_answer_for_another() {
    story(async {
        let world = World::with_providers("").await;
        let elsewhere = |target: String| target.replace("/callback/good?", "/callback/other?");
        let (mut browser, page) = at_provider(&world).await;
        assert_refused(&world, &mut browser, &elsewhere(page.approve("ada")), "provider_invalid", true).await;
        // With the other provider's own name on it.
        world.provider().iss(Some(world.other_provider().issuer()));
        let (mut browser, page) = at_provider(&world).await;
        assert_refused(&world, &mut browser, &elsewhere(page.approve("ada")), "provider_invalid", true).await;
        assert_eq!(world.provider().count("POST /token"), 0);
        assert_eq!(world.other_provider().count("POST /token"), 0);
        for id in ["nobody", "credentials", "Good", "good%20", "account"] {
            let (mut browser, page) = at_provider(&world).await;
            let target = page.approve("ada").replace("/callback/good?", &format!("/callback/{id}?"));
            let answer = browser.come_back(&target).await;
            assert!((400..500).contains(&answer.status) && !answer.sets_session_cookie(), "{id}: {answer:?}");
        }
    });
}

#[test]
fn what_a_provider_says_about_an_error_is_for_the_operator_and_forges_nothing() {
    story(async {
        let world = World::with_providers("").await;
        let forged = "x\r\n2026-01-01T00:00:00Z  INFO crossgate::sign_in: signed in";
        let long = "x".repeat(3000);
        for (error, description) in [
            ("server_error", "<script>alert(1)</script>"),
            ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
            ("temporarily_unavailable", forged),
            (forged, "\u{202e}\u{0}\u{7}"),
            ("invalid_scope", &long),
        ] {
            let (mut browser, page) = at_provider(&world).await;
            let mark = world.log.mark();
            assert_refused(&world, &mut browser, &page.fail(error, description), "provider_refused", true)
                .await;
            let line = world.log.loud_since(mark).remove(0);
            assert!(line.len() < 1000 && !line.contains('\u{202e}') && !line.contains('\u{7}'), "{line}");
        }
        assert!(!world.log.contains("ERROR"), "{}", world.log.text());
    });
}

#[test]
fn a_cookie_of_a_sign_in_cannot_be_made_or_changed() {
    story(async {
        let world = World::with_providers("").await;
        let (browser, page) = at_provider(&world).await;
        let line = browser.cookie_line("/").unwrap();
        let pair = line.split("; ").find(|pair| pair.contains("-signin-")).unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let other = at_provider(&world).await.0.cookie_line("/").unwrap();
        let others =
            other.split("; ").find(|pair| pair.contains("-signin-")).unwrap().split_once('=').unwrap().1;
        let flipped = format!("{}{}", if value.starts_with('A') { "B" } else { "A" }, &value[1..]);
        let half = value[..value.len() / 2].to_owned();
        for changed in
            [flipped, half, others.to_owned(), "x".to_owned(), String::new(), format!("{value}{value}")]
        {
            let mut browser = browser_with(&world, &format!("{name}={changed}"));
            let before = Before::of(&world, &browser);
            let answer = browser.come_back(&page.approve("ada")).await;
            before.assert_over(&world, &mut browser, &answer, "sign_in_not_begun_here").await;
        }
        assert_eq!(world.provider().count("POST /token"), 0);
    });
}
