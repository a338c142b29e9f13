//! Signing out of a session that a provider began.

use crossgate_testkit::{ADA, Browser, ORIGIN, Reply, World, in_no_time, story};
use serde_json::json;

const SIGN_OUT_THERE: &str = "[sign_in.good]\nsign_out_there = true";

/// A browser in which Ada signed in at the provider.
async fn signed_in(world: &World, provider: &str) -> Browser {
    let mut browser = world.browser();
    let answer = browser.sign_in_at_provider(world, provider, "ada").await;
    assert!(answer.sets_session_cookie(), "{answer:?}\n{}", world.log.text());
    browser
}

async fn sign_out_to(browser: &mut Browser, callback_url: &str) -> String {
    let token = browser.csrf_token().await;
    let fields = [("csrfToken", token.as_str()), ("callbackUrl", callback_url), ("json", "true")];
    browser.fetch("POST", "/api/auth/signout").form(&fields).send().await.expect_status(200).url()
}

#[test]
fn signing_out_here_takes_the_tokens_back_and_leaves_the_provider_alone() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good").await;
        assert_eq!(sign_out_to(&mut browser, "/bye").await, format!("{ORIGIN}/bye"));
        assert_eq!(browser.session_cookie(), None);
        assert!(!browser.is_signed_in().await);
        world
            .provider()
            .wait_until(|seen| seen.iter().any(|seen| seen.is("POST /revoke") && seen.complete))
            .await;
        let revoked = world.provider().last_of("POST /revoke");
        assert!(revoked.form_value("token").unwrap().starts_with("refresh-token-"), "{revoked:?}");
        assert_eq!(revoked.form_value("token_type_hint").as_deref(), Some("refresh_token"));
        assert!(revoked.has("authorization"), "the shop proves who it is there too");
        assert_eq!(world.other_provider().seen().len(), 0);
    });
}

#[test]
fn what_one_issuer_gave_is_never_shown_to_another_that_took_its_place() {
    story(async {
        let mut world = World::with_providers(SIGN_OUT_THERE).await;
        let cookie = signed_in(&world, "good").await.session_cookie().unwrap();
        world
            .restart_with(
                "[sign_in.other]\nissuer = '${PROVIDER}'\n[sign_in.good]\nissuer = '${OTHER_PROVIDER}'",
            )
            .await;
        let mut browser = world.browser();
        browser.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
        assert!(browser.is_signed_in().await, "the session itself lives on");
        assert_eq!(sign_out_to(&mut browser, "/bye").await, format!("{ORIGIN}/bye"));
        crossgate_testkit::let_others_run().await;
        assert_eq!(world.other_provider().seen().len(), 0);
    });
}

#[test]
fn a_revocation_that_fails_or_hangs_keeps_nobody_signed_in() {
    story(async {
        let world = World::with_providers("").await;
        type Script = fn() -> Reply;
        let replies: [Script; 4] =
            [Reply::hang, Reply::close, || Reply::status(500), || Reply::flood(10_000_000)];
        for reply in replies {
            let mut browser = signed_in(&world, "good").await;
            world.provider().on("POST /revoke", move |_| reply());
            assert_eq!(sign_out_to(&mut browser, "/").await, format!("{ORIGIN}/"));
            assert!(!browser.is_signed_in().await);
            world.provider().behave();
        }
        let mut browser = signed_in(&world, "good").await;
        world.provider().go_down().await;
        assert_eq!(sign_out_to(&mut browser, "/").await, format!("{ORIGIN}/"));
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn whoever_wants_to_sign_out_there_too_goes_there_and_comes_back() {
    story(async {
        let world = World::with_providers(SIGN_OUT_THERE).await;
        let mut browser = signed_in(&world, "good").await;
        let url = sign_out_to(&mut browser, "/bye?a=b").await;
        assert!(!browser.is_signed_in().await, "the session here is over before the browser leaves");
        // The provider looks at the request.
        let target = world.provider().sign_out(&url);
        assert!(target.starts_with("/api/auth/signedout?state="), "{target}");
        assert!(!url.contains("access-token") && !url.contains("refresh-token"), "{url}");
        let answer = browser.come_back(&target).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/bye?a=b"));
    });
}

#[test]
fn a_form_without_scripts_goes_there_too() {
    story(async {
        let world = World::with_providers(SIGN_OUT_THERE).await;
        let mut browser = signed_in(&world, "good").await;
        let token = browser.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", "/bye")];
        let answer = browser.submit("/api/auth/signout", &fields).await.expect_status(303);
        let target = world.provider().sign_out(answer.location());
        assert_eq!(browser.come_back(&target).await.location(), format!("{ORIGIN}/bye"));
    });
}

#[test]
fn nobody_is_led_anywhere_by_a_state_that_is_not_ours() {
    story(async {
        let world = World::with_providers(SIGN_OUT_THERE).await;
        let mut browser = signed_in(&world, "good").await;
        let url = sign_out_to(&mut browser, "https://evil.test/").await;
        let good = world.provider().sign_out(&url);
        assert_eq!(browser.come_back(&good).await.location(), format!("{ORIGIN}/"));
        let mut signed_in = signed_in(&world, "good").await;
        let state = good.split('=').nth(1).unwrap();
        let flipped = format!("{}{}", if state.starts_with('A') { "B" } else { "A" }, &state[1..]);
        for query in [
            String::new(),
            "?state=".to_owned(),
            "?state=https%3A%2F%2Fevil.test%2F".to_owned(),
            "?state=%2F%2Fevil.test".to_owned(),
            format!("?state={flipped}"),
            "?callbackUrl=https%3A%2F%2Fevil.test".to_owned(),
        ] {
            let answer = signed_in.come_back(&format!("/api/auth/signedout{query}")).await.expect_status(200);
            assert!(
                answer.header("location").is_none() && !answer.text().contains("evil"),
                "{query}: {answer:?}"
            );
            assert!(!answer.sets_session_cookie(), "{query}: {answer:?}");
        }
        assert!(signed_in.is_signed_in().await, "a link to that page signs nobody out");
    });
}

#[test]
fn a_provider_without_a_way_out_or_without_an_answer_holds_nobody() {
    story(async {
        let mut world = World::with_providers(SIGN_OUT_THERE).await;
        world.provider().discovery(|document| {
            document.remove("end_session_endpoint");
            document.remove("revocation_endpoint");
        });
        let mut browser = signed_in(&world, "good").await;
        assert_eq!(sign_out_to(&mut browser, "/bye").await, format!("{ORIGIN}/bye"));
        assert!(!browser.is_signed_in().await);

        world.provider().behave();
        let cookie = signed_in(&world, "good").await.session_cookie().unwrap();
        // A gateway that knows nothing of the provider yet.
        world.restart_with("").await;
        world.provider().discovery_document(Reply::hang);
        let mut browser = world.browser();
        browser.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
        let url = in_no_time(sign_out_to(&mut browser, "/bye")).await;
        assert_eq!(url, format!("{ORIGIN}/bye"));
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn other_ways_in_lead_out_without_a_detour() {
    story(async {
        let world = World::with_providers(SIGN_OUT_THERE).await;
        let mut browser = world.browser_of(ADA).await;
        assert_eq!(sign_out_to(&mut browser, "/bye").await, format!("{ORIGIN}/bye"));
        let mut browser = signed_in(&world, "other").await;
        assert_eq!(sign_out_to(&mut browser, "/bye").await, format!("{ORIGIN}/bye"));
        assert_eq!(world.provider().seen().len(), 0);
    });
}

#[test]
fn signing_out_everywhere_ends_every_session_of_this_person() {
    story(async {
        let world = World::with_providers("").await;
        let (mut laptop, mut phone) = (signed_in(&world, "good").await, signed_in(&world, "good").await);
        let mut elsewhere = signed_in(&world, "other").await;
        let token = laptop.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("everywhere", "true"), ("json", "true")];
        let _ = laptop.fetch("POST", "/api/auth/signout").form(&fields).send().await.expect_status(200);
        assert!(!laptop.is_signed_in().await && !phone.is_signed_in().await);
        assert!(elsewhere.is_signed_in().await, "the same name at another provider is another person");
    });
}

#[test]
fn somebody_who_signed_out_cannot_be_brought_back_by_an_old_answer() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let target = world.authorize(&url).approve("ada");
        assert!(browser.come_back(&target).await.sets_session_cookie());
        let _ = browser.sign_out().await.expect_status(200);
        assert!(!browser.come_back(&target).await.sets_session_cookie());
        assert_eq!(browser.session().await, json!({}));
    });
}
