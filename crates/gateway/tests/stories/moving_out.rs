//! People who stay signed in when Crossgate is taken away from in front of an app with next-auth.

use std::time::Duration;

use crossgate_core::secret::SecretText;
use crossgate_nextauth::cookie::{CookieCipher, Joined, join};
use crossgate_testkit::{ADA, Answer, Browser, World, story};
use serde_json::{Map, Value, json};

use crate::next_auth::{GENERATIONS, Generation, SECRET};

const HOUR: Duration = Duration::from_secs(60 * 60);
const V4: Generation = GENERATIONS[0];

fn config(generation: &Generation, more: &str) -> String {
    let version = generation.version;
    format!(
        "[app.next_auth]\nversion = '{version}'\nsecret = '{SECRET}'\ntoken = {{ role = '{{user.role}}' }}\n{more}"
    )
}

async fn world(generation: &Generation) -> World {
    World::with(&config(generation, "move_out = { }")).await
}

/// What the app would find in the browser's cookie if nobody stood in front of it.
fn held(generation: &Generation, browser: &Browser) -> Option<Map<String, Value>> {
    let line = browser.cookie_line("/").unwrap_or_default();
    let pairs = line.split("; ").filter_map(|pair| pair.split_once('='));
    let Joined::Whole(token) = join(pairs, generation.cookie) else { return None };
    let cipher = CookieCipher::new(generation.dialect, generation.cookie, &[SecretText::new(SECRET)]);
    Some(cipher.open(&token).unwrap())
}

fn claims(generation: &Generation, browser: &Browser) -> Value {
    let mut claims = held(generation, browser).unwrap();
    claims.retain(|name, _| !["iat", "exp", "jti"].contains(&name.as_str()));
    Value::Object(claims)
}

fn session_cookies(browser: &Browser) -> Vec<String> {
    browser.cookie_names().into_iter().filter(|name| name.contains("session-token")).collect()
}

async fn update(browser: &mut Browser, data: Value) {
    let change = json!({ "csrfToken": browser.csrf_token().await, "data": data });
    let _ = browser.fetch("POST", "/api/auth/session").json(&change).send().await.expect_status(200);
}

fn lines_about(answer: &Answer, name: &str) -> usize {
    answer.headers_named("set-cookie").iter().filter(|line| line.starts_with(name)).count()
}

#[test]
fn a_browser_gets_the_cookie_at_sign_in_and_loses_it_at_sign_out() {
    story(async {
        for generation in &GENERATIONS {
            let world = world(generation).await;
            let mut browser = world.browser();
            let _ = browser.open("/").await.expect_status(200);
            assert_eq!(held(generation, &browser), None);
            let _ = browser.sign_in(ADA).await.expect_status(200);
            let found = held(generation, &browser).unwrap();
            assert_eq!((&found["email"], found.get("sid")), (&json!("ada@shop.example"), None));
            let _ = browser.sign_out().await.expect_status(200);
            assert_eq!(held(generation, &browser), None);
            assert_eq!(session_cookies(&browser), Vec::<String>::new());
        }
    });
}

#[test]
fn somebody_who_is_signed_in_already_gets_it_with_the_next_answer_and_then_no_more() {
    story(async {
        for generation in &GENERATIONS {
            let mut world = World::with(&config(generation, "")).await;
            let before = world.signed_in().await;
            assert_eq!(held(generation, &before), None);
            world.restart_with(&config(generation, "move_out = { }")).await;
            let mut browser = world.browser();
            let cookie = before.session_cookie().unwrap();
            browser.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
            let answer = browser.open("/dashboard").await.expect_status(200);
            assert_eq!(lines_about(&answer, generation.cookie), 1);
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            for path in ["/dashboard", "/api/auth/session", "/api/orders", "/_next/static/a.js"] {
                let answer = browser.fetch("GET", path).send().await;
                assert_eq!(lines_about(&answer, generation.cookie), 0, "{path}");
            }
        }
    });
}

#[test]
fn what_a_browser_sends_under_that_name_counts_for_nothing() {
    story(async {
        let world = world(&V4).await;
        let mut ada = world.signed_in().await;
        let _ = ada.open("/dashboard").await;
        let line = ada.cookie_line("/").unwrap();
        let token = line.split("; ").find(|pair| pair.starts_with(V4.cookie)).unwrap();
        let mut thief = world.browser();
        thief.keep_cookie(&format!("{token}; Path=/; Secure; HttpOnly"));
        let answer = thief.fetch("GET", "/api/orders").send().await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
        assert_eq!(held(&V4, &thief), None, "it is nobody's here, so it is taken away");
        assert!(!thief.is_signed_in().await);
    });
}

#[test]
fn the_cookie_follows_what_the_session_says() {
    story(async {
        let more = "update = ['name']\nmove_out = { }";
        let world = World::with(&config(&V4, more)).await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await;
        update(&mut browser, json!({ "name": "Ada King" })).await;
        assert_eq!(claims(&V4, &browser)["name"], "Ada King");
    });
}

#[test]
fn it_lives_as_long_as_the_session_and_is_renewed_at_half_time() {
    story(async {
        let config = format!("{}\n[session]\nidle_timeout = '4h'", config(&V4, "move_out = { }"));
        let world = World::with(&config).await;
        let mut browser = world.signed_in().await;
        let first = held(&V4, &browser).unwrap();
        let ends_at = world.now().after(4 * HOUR).as_seconds();
        assert!((first["exp"].as_i64().unwrap() - ends_at).abs() <= 1);
        world.let_pass(HOUR);
        let _ = browser.open("/dashboard").await;
        assert_eq!(held(&V4, &browser).unwrap(), first);
        world.let_pass(2 * HOUR);
        let _ = browser.open("/dashboard").await;
        assert!(held(&V4, &browser).unwrap()["exp"].as_i64() > first["exp"].as_i64());
    });
}

#[test]
fn the_apis_tokens_go_where_the_app_looks_for_them() {
    story(async {
        let more = "move_out = { access_token = '/accessToken', refresh_token = '/api/refresh~1token' }";
        let world = World::with(&config(&V4, more)).await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/orders").await;
        let bearer = world.api.last().header("authorization").unwrap().to_owned();
        let found = claims(&V4, &browser);
        assert_eq!(format!("Bearer {}", found["accessToken"].as_str().unwrap()), bearer);
        let _ = browser.open("/dashboard").await;
        assert!(!world.app.last().header("cookie").unwrap_or_default().contains("crossgate"));
    });
}

#[test]
fn long_tokens_stand_in_pieces_and_stale_pieces_go() {
    story(async {
        let note = "x".repeat(7000);
        let more = format!("token = {{ note = '{note}' }}\nupdate = ['note']\nmove_out = {{ }}");
        let world = V4.world(&more).await;
        let mut browser = world.signed_in().await;
        let pieces: Vec<String> = (0..3).map(|number| format!("{}.{number}", V4.cookie)).collect();
        assert_eq!(session_cookies(&browser), pieces);
        assert_eq!(claims(&V4, &browser)["note"], note);
        update(&mut browser, json!({ "note": "short" })).await;
        assert_eq!(session_cookies(&browser), [V4.cookie]);
        assert_eq!(claims(&V4, &browser)["note"], "short");
    });
}

#[test]
fn an_end_from_elsewhere_takes_it_at_the_next_request() {
    story(async {
        let world = world(&V4).await;
        let mut browser = world.signed_in().await;
        let mut other = world.browser_of(ADA).await;
        let csrf_token = other.csrf_token().await;
        let fields = [("csrfToken", csrf_token.as_str()), ("everywhere", "true"), ("json", "true")];
        let _ = other.submit("/api/auth/signout", &fields).await;
        assert!(held(&V4, &browser).is_some());
        let _ = browser.open("/").await.expect_status(200);
        assert_eq!(held(&V4, &browser), None);
    });
}

#[test]
fn an_outage_takes_no_cookie() {
    story(async {
        let world = world(&V4).await;
        let mut browser = world.signed_in().await;
        let before = held(&V4, &browser);
        world.let_pass(Duration::from_secs(60));
        world.store.go_away();
        for path in ["/dashboard", "/", "/api/auth/session"] {
            let answer = browser.fetch("GET", path).send().await;
            assert_eq!(lines_about(&answer, V4.cookie), 0, "{path}");
        }
        assert_eq!(held(&V4, &browser), before);
    });
}

#[test]
fn who_moved_out_can_move_in_again() {
    story(async {
        for generation in &GENERATIONS {
            let world = world(generation).await;
            let line = world.signed_in().await.cookie_line("/").unwrap();
            let later = World::with(&config(generation, "move_in = { }")).await;
            let mut later = later.browser();
            for pair in line.split("; ").filter(|pair| pair.starts_with(generation.cookie)) {
                later.keep_cookie(&format!("{pair}; Path=/; Secure; HttpOnly"));
            }
            let _ = later.open("/dashboard").await.expect_status(200);
            assert!(later.session_cookie().is_some());
        }
    });
}
