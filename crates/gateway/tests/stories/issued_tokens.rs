//! Tokens that we sign, verified as an API and an app would.

use std::time::Duration;

use crossgate_testkit::{ADA, BOB, ORIGIN, Token, World, story, verified_by_key_set, verified_by_secret};
use serde_json::{Value, json};

const ISSUED: &str = "
[[api]]
token = 'issued'
[api.issued]
audience = 'orders'
claims = { userId = '{user.id}', role = '{user.role}', ok = '{user.verified}', greeting = 'Hello {name}', nothing = '{user.nothing}' }
";

async fn key_set(world: &World) -> Value {
    let answer = world.browser().get("/.well-known/jwks.json").await.expect_status(200);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    answer.json()
}

/// What the API received at the last request.
async fn token_at_api(world: &World) -> Token {
    verified_by_key_set(world.api.last().bearer(), &key_set(world).await)
}

#[test]
fn an_api_verifies_our_token_with_the_published_keys() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/things").await.expect_status(200);
        let token = token_at_api(&world).await;
        assert_eq!(token.media_type, "at+jwt");
        let claims = &token.claims;
        assert_eq!(
            (&claims["iss"], &claims["aud"], &claims["sub"]),
            (&json!(ORIGIN), &json!("orders"), &json!("1"))
        );
        assert_eq!(claims["iat"], world.now().as_seconds());
        let lifetime = token.expires_at().since(world.now()).as_secs();
        assert!((285..=300).contains(&lifetime), "five minutes less up to 5 %: {lifetime}");
        assert!(claims["jti"].is_string());
        let sessions = browser.get("/api/auth/sessions").await.json();
        assert_eq!(claims["sid"], sessions["sessions"][0]["id"], "sid is the handle that the person sees");
        assert!(!format!("{claims}").contains(&browser.session_cookie().unwrap()));
    });
}

#[test]
fn claims_of_the_template_keep_their_types_and_absent_ones_are_left_out() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/things").await.expect_status(200);
        let claims = token_at_api(&world).await.claims;
        assert_eq!(claims["userId"], 1);
        assert_eq!(claims["role"], "admin");
        assert_eq!(claims["ok"], true);
        assert_eq!(claims["greeting"], "Hello Ada Lovelace");
        assert_eq!(claims.get("nothing"), None);
    });
}

#[test]
fn the_key_set_holds_no_private_part() {
    story(async {
        let world = World::with(ISSUED).await;
        let keys = key_set(&world).await;
        let key = keys["keys"][0].as_object().unwrap();
        let mut members: Vec<&str> = key.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    });
}

#[test]
fn a_token_is_signed_once_per_period_and_never_leaves_with_less_than_a_minute() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut browser = world.signed_in().await;
        let mut tokens = Vec::new();
        for _ in 0..20 {
            let _ = browser.get("/api/things").await.expect_status(200);
            let token = token_at_api(&world).await;
            let left = token.expires_at().since(world.now());
            assert!(left >= Duration::from_secs(60), "{left:?}");
            tokens.push(world.api.last().bearer().to_owned());
            world.let_pass(Duration::from_secs(30));
        }
        let signed: std::collections::BTreeSet<_> = tokens.iter().collect();
        assert!((3..=4).contains(&signed.len()), "ten minutes, four minutes each: {}", signed.len());
        assert_eq!(tokens[0], tokens[1]);
    });
}

#[test]
fn two_people_never_share_a_token_and_two_sessions_neither() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut seen = std::collections::BTreeSet::new();
        for (person, subject) in [(ADA, "1"), (ADA, "1"), (BOB, "2")] {
            let mut browser = world.browser_of(person).await;
            let _ = browser.get("/api/things").await.expect_status(200);
            let token = token_at_api(&world).await;
            assert_eq!(token.claims["sub"], subject);
            assert!(seen.insert(token.claims["sid"].as_str().unwrap().to_owned()));
        }
    });
}

#[test]
fn an_api_that_only_knows_a_secret_gets_hs256() {
    story(async {
        let secret = "the API's own JWT_SECRET, long enough";
        let change = format!(
            "[[api]]\ntoken = 'issued'\nheader = 'x-access-token'\n[api.issued]\nalgorithm = 'HS256'\nsecret = \"{secret}\"\nlifetime = '1m'"
        );
        let world = World::with(&change).await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/things").await.expect_status(200);
        let token = verified_by_secret(world.api.last().header("x-access-token").unwrap(), secret);
        assert_eq!((token.media_type.as_str(), token.key_id), ("at+jwt", None));
        assert_eq!(token.claims["aud"], format!("http://{}", world.api.address()));
        assert!(!world.api.last().has("authorization"));
        assert!(!world.log.contains(secret));
    });
}

#[test]
fn pages_learn_who_is_asking_from_a_token_that_passes_for_nothing_else() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        let seen = world.app.last();
        let keys = key_set(&world).await;
        let identity = verified_by_key_set(seen.header("x-crossgate-identity").unwrap(), &keys);
        assert_eq!(identity.media_type, "crossgate-identity+jwt");
        let claims = &identity.claims;
        assert_eq!(
            (&claims["iss"], &claims["aud"], &claims["sub"]),
            (&json!(ORIGIN), &json!(ORIGIN), &json!("1"))
        );
        assert_eq!((&claims["name"], &claims["email"]), (&json!(ADA.name), &json!(ADA.email)));
        assert_eq!(claims["user"]["role"], "admin");
        assert!(identity.expires_at().since(world.now()) >= Duration::from_secs(60));
        let token = verified_by_key_set(seen.bearer(), &keys);
        assert_eq!((token.media_type.as_str(), &token.claims["aud"]), ("at+jwt", &json!("orders")));
        assert_ne!(seen.bearer(), seen.header("x-crossgate-identity").unwrap());
    });
}

#[test]
fn whose_token_pages_get_is_configured() {
    story(async {
        let world = World::with("[app]\ntoken_of = false").await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert!(!world.app.last().has("authorization") && world.app.last().has("x-crossgate-identity"));
    });
}

#[test]
fn build_output_and_strangers_get_neither() {
    story(async {
        let world = World::with(ISSUED).await;
        let mut ada = world.signed_in().await;
        let mut nobody = world.browser();
        let _ = ada.get("/_next/static/chunks/app.js").await.expect_status(200);
        let _ = nobody.open("/").await.expect_status(200);
        let _ = nobody.get("/api/products/1").await.expect_status(200);
        for seen in [world.app.seen(), vec![world.api.last()]].concat() {
            assert!(!seen.has("authorization") && !seen.has("x-crossgate-identity"), "{seen:?}");
        }
    });
}

#[test]
fn the_key_outlives_the_process() {
    story(async {
        let mut world = World::with(ISSUED).await;
        let before = key_set(&world).await;
        world.restart_with("").await;
        assert_eq!(key_set(&world).await, before);
    });
}

/// An API may know tokens by their `jti`, and take back the one that comes with its logout.
#[test]
fn the_apis_logout_gets_the_token_that_the_api_has_seen() {
    story(async {
        let world = World::with("[[api]]\ntoken = 'issued'").await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/whatever").await.expect_status(200);
        let seen = world.api.last().bearer().to_owned();
        let _ = browser.sign_out().await.expect_status(200);
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
        assert_eq!(world.api.last_of("POST /api/logout").bearer(), seen);
    });
}
