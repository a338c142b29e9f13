//! `getSession({ req })` on the app's own server: it asks with the cookies that the app was sent, and ours is not there.

use std::time::Duration;

use crossgate_testkit::{Answer, Operation, World, story};
use serde_json::{Value, json};

use crate::next_auth::{GENERATIONS, Generation};

/// The app's server, or whoever else has the token.
async fn ask(world: &World, request: &str, cookies: &str) -> Answer {
    let head = format!("{request} HTTP/1.1\r\nHost: {}\r\nCookie: {cookies}\r\n", world.host());
    let origin = format!("Origin: {}\r\nSec-Fetch-Site: same-origin\r\n", world.origin());
    world.ask(format!("{head}{origin}Content-Length: 0\r\n\r\n")).await
}

async fn session(world: &World, cookies: &str) -> Answer {
    ask(world, "GET /api/auth/session", cookies).await.expect_status(200)
}

/// The cookies that the app was sent with a page of Ada's.
async fn cookies_at_the_app(world: &World, generation: Generation) -> String {
    let mut browser = world.signed_in().await;
    browser.keep_cookie("theme=dark; Path=/");
    let _ = generation.told(world, &mut browser).await;
    world.app.last().header("cookie").unwrap().to_owned()
}

#[test]
fn the_app_s_server_learns_who_is_signed_in_and_is_given_nothing_else() {
    story(async {
        for generation in GENERATIONS {
            for more in ["", "token = { long = 'LONG' }"] {
                let world = generation.world(&more.replace("LONG", &"x".repeat(7000))).await;
                let cookies = cookies_at_the_app(&world, generation).await;
                let answer = session(&world, &cookies).await;
                assert_eq!(answer.json()["user"]["name"], "Ada Lovelace");
                assert!(answer.json()["expires"].is_string());
                assert_eq!(answer.headers_named("set-cookie"), Vec::<&str>::new());
                assert_eq!(answer.header("x-csrf-token"), None);
            }
        }
    });
}

#[test]
fn a_token_that_names_no_living_session_is_nobody() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            let with = |changes: Value| {
                let mut claims = told.clone();
                claims.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap());
                claims
            };
            let good = format!("{}={}", generation.cookie, generation.seal(&told));
            assert_eq!(session(&world, &good).await.json()["user"]["name"], "Ada Lovelace");
            let tokens = [
                generation.seal_under("another secret", &told),
                generation.seal(&with(json!({ "sid": null }))),
                generation.seal(&with(json!({ "sid": "AAAAAAAAAAAAAAAA" }))),
                generation.seal(&with(json!({ "exp": world.now().as_seconds() - 16 }))),
                "junk".to_owned(),
            ];
            let lines = tokens.map(|token| format!("{}={token}", generation.cookie));
            let doubled = format!("{good}; {}.0=x", generation.cookie);
            for line in lines.into_iter().chain([doubled]) {
                let answer = session(&world, &line).await;
                assert_eq!(
                    (answer.text().as_str(), answer.headers_named("set-cookie").len()),
                    (generation.nobody, 0)
                );
            }
            let _ = browser.sign_out().await.expect_status(200);
            assert_eq!(session(&world, &good).await.text(), generation.nobody, "its session has ended");
        }
    });
}

#[test]
fn a_cookie_of_ours_counts_and_not_the_token_beside_it() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.world("").await;
        let cookies = cookies_at_the_app(&world, generation).await;
        let ours = format!("__Host-Http-crossgate=unknown; {cookies}");
        assert_eq!(session(&world, &ours).await.text(), "{}");
    });
}

#[test]
fn the_token_opens_nothing_else() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("update = ['name']").await;
            let cookies = cookies_at_the_app(&world, generation).await;
            for (request, status) in [
                ("GET /api/orders", 401),
                ("GET /api/auth/sessions", 401),
                ("POST /api/auth/session", 400),
                ("POST /api/auth/link/good", 404),
            ] {
                assert_eq!(ask(&world, request, &cookies).await.status, status, "{request}");
            }
            let page = ask(&world, "GET /dashboard", &cookies).await;
            assert!(page.status != 200, "{page:?}");
            let open = ask(&world, "GET /", &cookies).await.expect_status(200);
            assert!(!world.app.last().has("x-crossgate-identity"), "{open:?}");
            let signed_out = ask(&world, "POST /api/auth/signout", &cookies).await;
            assert!(signed_out.status != 503);
            assert_eq!(session(&world, &cookies).await.json()["user"]["name"], "Ada Lovelace");
        }
    });
}

#[test]
fn its_csrf_token_is_that_of_the_session_and_opens_nothing_without_our_cookie() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.world("update = ['name']").await;
        let mut browser = world.signed_in().await;
        let own = browser.csrf_token().await;
        let _ = browser.open("/dashboard").await;
        let cookies = world.app.last().header("cookie").unwrap().to_owned();
        let given = ask(&world, "GET /api/auth/csrf", &cookies).await.expect_status(200);
        assert_eq!(given.json()["csrfToken"], json!(own));
        let (host, origin, body) = (world.host(), world.origin(), format!("csrfToken={own}&json=true"));
        for path in ["/api/auth/signout", "/api/auth/session"] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookies}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = world.ask(head).await;
            assert!(browser.is_signed_in().await, "{path}");
        }
    });
}

#[test]
fn looking_is_no_activity() {
    story(async {
        let generation = GENERATIONS[0];
        let limits = "session = { idle_timeout = '30m', absolute_timeout = '2h' }\n";
        let world = World::with(&format!("{limits}{}", generation.config(""))).await;
        let cookies = cookies_at_the_app(&world, generation).await;
        world.let_pass(Duration::from_secs(20 * 60));
        assert_eq!(session(&world, &cookies).await.json()["user"]["name"], "Ada Lovelace");
        world.let_pass(Duration::from_secs(10 * 60));
        assert_eq!(session(&world, &cookies).await.text(), "{}");
    });
}

#[test]
fn while_the_store_is_away_nobody_is_taken_for_a_stranger() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.world("").await;
        let cookies = cookies_at_the_app(&world, generation).await;
        world.store.fail(Operation::LoadByHandle);
        let answer = ask(&world, "GET /api/auth/session", &cookies).await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".to_owned()));
    });
}
