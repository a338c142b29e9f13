//! Providers that answer what they should not.

use std::time::Duration;

use crossgate_testkit::{Provider, Reply, Signing, World, story};
use serde_json::{Value, json};

use crate::provider_failures::Before;

/// A name, and what the provider does wrong.
type Row = (&'static str, fn(&Provider));

const SECOND: i64 = 1;
const MINUTE: i64 = 60 * SECOND;

/// Moves a time in the ID token.
fn shift(provider: &Provider, claim: &'static str, seconds: i64) {
    provider.claims(move |claims| {
        let time = claims[claim].as_i64().unwrap();
        claims.insert(claim.to_owned(), json!(time + seconds));
    });
}

/// In each row nobody is signed in, whatever else holds.
async fn assert_nobody_gets_in(change: &str, rows: &[Row], code: &str) {
    let world = World::with_providers(change).await;
    for (name, evil) in rows {
        world.provider().behave();
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        evil(world.provider());
        let before = Before::of(&world, &browser).about(name);
        let answer = browser.come_back(&world.authorize(&url).approve("ada")).await;
        before.assert_over(&world, &mut browser, &answer, code).await;
        assert!(!browser.is_signed_in().await, "{name}");
    }
    world.provider().behave();
    let answer = world.browser().sign_in_at_provider(&world, "good", "ada").await;
    assert!(answer.sets_session_cookie(), "and once it behaves, it works: {answer:?}");
}

#[test]
fn an_id_token_counts_only_with_the_signature_of_a_published_key() {
    let rows: [Row; 7] = [
        ("no signature", |provider| provider.sign_with(Signing::None)),
        ("somebody else's key", |provider| provider.sign_with(Signing::WrongKey)),
        ("the public key as a secret", |provider| provider.sign_with(Signing::HmacWithPublicKey)),
        ("a key nobody knows", |provider| provider.sign_with(Signing::UnknownKeyId)),
        ("a key that it brings along", |provider| provider.sign_with(Signing::KeyOfItsOwn)),
        ("changed afterwards", |provider| provider.sign_with(Signing::ChangedAfterwards)),
        ("no key id, and two keys fit", |provider| {
            provider.announce_next_key();
            provider.sign_with(Signing::WithoutKeyId);
        }),
    ];
    story(async {
        let world = World::with_providers("").await;
        for (name, evil) in rows {
            world.provider().behave();
            evil(world.provider());
            let mut browser = world.browser();
            let url = browser.begin_sign_in("good", "/dashboard").await;
            let before = Before::of(&world, &browser).about(name);
            let answer = browser.come_back(&world.authorize(&url).approve("ada")).await;
            before.assert_over(&world, &mut browser, &answer, "provider_invalid").await;
            // Long enough for the key set to be fetched anew.
            world.let_pass(Duration::from_secs(20 * 60));
        }
    });
}

#[test]
fn an_id_token_counts_only_for_this_client_and_this_issuer() {
    let rows: [Row; 9] = [
        ("another issuer", |provider| provider.claim("iss", json!("https://id.example"))),
        ("almost the issuer", |provider| {
            let almost = format!("{}/", provider.issuer());
            provider.claim("iss", json!(almost));
        }),
        ("no issuer", |provider| provider.claim("iss", Value::Null)),
        ("another audience", |provider| provider.claim("aud", json!("another client"))),
        ("no audience", |provider| provider.claim("aud", Value::Null)),
        ("an empty list of audiences", |provider| provider.claim("aud", json!([]))),
        ("among others, and nobody says for whom", |provider| {
            provider.claim("aud", json!([crossgate_testkit::CLIENT_ID, "another client"]));
        }),
        ("given to another client", |provider| provider.claim("azp", json!("another client"))),
        ("among others, and given to another client", |provider| {
            provider.claim("aud", json!([crossgate_testkit::CLIENT_ID, "another client"]));
            provider.claim("azp", json!("another client"));
        }),
    ];
    story(async move { assert_nobody_gets_in("", &rows, "provider_invalid").await });
}

#[test]
fn an_id_token_counts_only_now_and_for_this_sign_in() {
    let rows: [Row; 14] = [
        ("no time of issue", |provider| provider.claim("iat", Value::Null)),
        ("issued long ago", |provider| shift(provider, "iat", -11 * MINUTE)),
        ("issued in the future", |provider| shift(provider, "iat", 2 * MINUTE)),
        ("a time that is a text", |provider| provider.claim("iat", json!("now"))),
        ("no end", |provider| provider.claim("exp", Value::Null)),
        ("ended", |provider| shift(provider, "exp", -7 * MINUTE)),
        ("no subject", |provider| provider.claim("sub", Value::Null)),
        ("an empty subject", |provider| provider.claim("sub", json!(""))),
        ("a subject without end", |provider| provider.claim("sub", json!("x".repeat(256)))),
        ("a subject that is a number", |provider| provider.claim("sub", json!(1))),
        ("no nonce", |provider| provider.claim("nonce", Value::Null)),
        ("another nonce", |provider| provider.claim("nonce", json!("r".repeat(43)))),
        ("the hash of another access token", |provider| {
            provider.claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))
        }),
        ("no ID token at all", |provider| {
            provider.token_answer(|answer| {
                answer.remove("id_token");
            });
        }),
    ];
    story(async move { assert_nobody_gets_in("", &rows, "provider_invalid").await });
}

#[test]
fn small_differences_between_clocks_keep_nobody_out() {
    story(async {
        let world = World::with_providers("").await;
        for (claim, seconds) in [("iat", 45), ("exp", -300 - 45)] {
            world.provider().behave();
            shift(world.provider(), claim, seconds);
            let answer = world.browser().sign_in_at_provider(&world, "good", "ada").await;
            assert!(answer.sets_session_cookie(), "{claim}: {}", world.log.text());
        }
    });
}

#[test]
fn user_info_about_somebody_else_is_not_believed() {
    let rows: [Row; 4] = [
        ("another subject", |provider| {
            provider.user_info(|claims| {
                claims.insert("sub".to_owned(), json!("subject-of-bob"));
            });
        }),
        ("no subject", |provider| {
            provider.user_info(|claims| {
                claims.remove("sub");
            });
        }),
        ("not an object", |provider| provider.on("GET /userinfo", |_| Reply::json(200, &json!(["ada"])))),
        ("a page", |provider| provider.on("GET /userinfo", |_| Reply::body(200, "text/html", "<html>"))),
    ];
    let change = "[sign_in.good]\nuser_info = 'always'";
    story(async move { assert_nobody_gets_in(change, &rows, "provider_invalid").await });
}

#[test]
fn what_is_signed_counts_more_than_what_is_not() {
    story(async {
        let world = World::with_providers("[sign_in.good]\nuser_info = 'always'").await;
        world.provider().user_info(|claims| {
            claims.insert("email".to_owned(), json!("root@shop.example"));
            claims.insert("email_verified".to_owned(), json!(true));
        });
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "mallory").await.expect_status(303);
        assert_eq!(browser.session().await["user"]["email"], "ada@shop.example");
    });
}

#[test]
fn tokens_that_are_none_are_not_believed() {
    let rows: [Row; 5] = [
        ("another type of token", |provider| {
            provider.token_answer(|answer| {
                answer.insert("token_type".to_owned(), json!("mac"));
            });
        }),
        ("no access token", |provider| {
            provider.token_answer(|answer| {
                answer.remove("access_token");
            });
        }),
        ("an access token that breaks headers", |provider| {
            provider.token_answer(|answer| {
                answer.insert("access_token".to_owned(), json!("a\r\nX-Evil: 1"));
            });
        }),
        ("an ID token that is none", |provider| {
            provider.token_answer(|answer| {
                answer.insert("id_token".to_owned(), json!("a.b"));
            });
        }),
        ("an ID token that is an object", |provider| {
            provider.token_answer(|answer| {
                answer.insert("id_token".to_owned(), json!({ "sub": "subject-of-ada" }));
            });
        }),
    ];
    story(async move { assert_nobody_gets_in("", &rows, "provider_invalid").await });
}

#[test]
fn claims_cannot_become_markup_or_log_lines() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().claim(
            "name",
            json!("<script>alert(1)</script>\n2026-01-01T00:00:00Z  INFO crossgate::x: forged"),
        );
        world.provider().claim("picture", json!("javascript:alert(1)"));
        let mut browser = world.browser();
        let before = world.log.mark();
        let answer = browser.sign_in_at_provider(&world, "good", "ada").await;
        assert!(answer.sets_session_cookie(), "{answer:?}");
        assert_eq!(world.log.loud_since(before).len(), 1, "{}", world.log.text());
        let page = browser.open("/api/auth/signout").await.expect_status(200);
        assert!(!page.text().contains("<script"), "{page:?}");
    });
}

/// What a discovery document says wrongly.
fn says(provider: &Provider, name: &'static str, value: Value) {
    provider.discovery(move |document| {
        document.insert(name.to_owned(), value.clone());
    });
}

#[test]
fn a_discovery_document_that_leads_astray_leads_nowhere() {
    let rows: [Row; 10] = [
        ("another issuer", |provider| says(provider, "issuer", json!("https://id.example"))),
        ("almost the issuer", |provider| {
            let almost = format!("{}/", provider.issuer());
            says(provider, "issuer", json!(almost));
        }),
        ("no issuer", |provider| says(provider, "issuer", Value::Null)),
        ("tokens from elsewhere", |provider| {
            says(provider, "token_endpoint", json!("https://evil.example/token"))
        }),
        ("keys from elsewhere", |provider| says(provider, "jwks_uri", json!("https://evil.example/jwks"))),
        ("a longer host", |provider| {
            says(provider, "token_endpoint", json!("https://127.0.0.1.evil.example/token"));
        }),
        ("another port", |provider| says(provider, "token_endpoint", json!("http://127.0.0.1:9/token"))),
        ("people sent elsewhere", |provider| {
            says(provider, "authorization_endpoint", json!("https://evil.example/authorize"));
        }),
        ("no protection", |provider| {
            says(provider, "userinfo_endpoint", json!("http://id.example/userinfo"))
        }),
        ("weaker proof of who began", |provider| {
            says(provider, "code_challenge_methods_supported", json!(["plain"]));
        }),
    ];
    story(async move {
        for (name, evil) in rows {
            let world = World::with_providers("").await;
            evil(world.provider());
            let mut browser = world.browser();
            let _ = browser.csrf_token().await;
            let before = Before::of(&world, &browser).about(name);
            let answer = browser.try_begin_sign_in("good", "/dashboard").await;
            before.assert_not_begun(&world, &mut browser, &answer, "provider_misconfigured").await;
            assert_eq!(world.provider().seen().len(), 1, "{name}: nothing else was asked");
            assert!(world.browser().sign_in_at_provider(&world, "other", "ada").await.sets_session_cookie());
        }
    });
}

#[test]
fn a_provider_that_says_nothing_of_pkce_gets_it_all_the_same() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().discovery(|document| {
            document.remove("code_challenge_methods_supported");
        });
        // The provider looks for the challenge and its method, and compares the verifier.
        let answer = world.browser().sign_in_at_provider(&world, "good", "ada").await;
        assert!(answer.sets_session_cookie(), "{}", world.log.text());
    });
}

#[test]
fn redirects_of_a_provider_are_not_followed() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().token_endpoint(|| Reply::status(307).header("Location", "/elsewhere"));
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        before.assert_one_line(&world, "provider_");
        assert_eq!(world.provider().count("POST /elsewhere"), 0);
    });
}
