//! People who were signed in with next-auth before Crossgate stood in front.

use std::time::Duration;

use crossgate_core::next_auth::Dialect;
use crossgate_core::secret::SecretText;
use crossgate_nextauth::cookie::{CookieCipher, Registered, TokenClaims, split};
use crossgate_testkit::{ADA, Browser, Operation, TestEntropy, World, let_others_run, story};
use serde_json::{Value, json};

const SECRET: &str = "the secret of the app, from before";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The shop, with people of both generations still to arrive.
async fn world() -> World {
    World::with(&config("")).await
}

fn config(more: &str) -> String {
    format!(
        "[app.next_auth]\nsecret = '{SECRET}'\n[app.next_auth.move_in]\nfrom = ['v4', 'v5']\n\
         access_token = '/accessToken'\nrefresh_token = '/refreshToken'\n{more}"
    )
}

/// A cookie as an app sealed it: under which name, with which secret, from when.
struct Former<'a> {
    dialect: Dialect,
    name: &'a str,
    secret: &'a str,
    claims: Value,
    age: Duration,
}

impl Former<'_> {
    fn usual(dialect: Dialect) -> Self {
        let claims = json!({ "name": "Ada", "email": "ada@example.com", "sub": "user-1", "role": "admin" });
        Former { dialect, name: dialect.session_cookie(true), secret: SECRET, claims, age: Duration::ZERO }
    }

    fn token(&self, world: &World, seed: u64) -> String {
        let cipher = CookieCipher::new(self.dialect, self.name, &[SecretText::new(self.secret)]);
        let issued_at = world.now().before(self.age);
        let registered = Registered { session: None, issued_at, max_age: 30 * DAY };
        let entropy = TestEntropy::new(seed);
        let claims =
            TokenClaims::new(self.claims.as_object().unwrap().clone(), &registered, &entropy).unwrap();
        cipher.seal(&claims, &entropy).unwrap().expose_secret().to_owned()
    }

    /// A browser that holds it.
    fn browser(&self, world: &World, seed: u64) -> Browser {
        let mut browser = world.browser();
        for (name, value) in split(self.name, &self.token(world, seed), self.dialect) {
            browser.keep_cookie(&format!("{name}={value}; Path=/; HttpOnly; Secure; SameSite=Lax"));
        }
        browser
    }
}

fn former_cookies(browser: &Browser) -> Vec<String> {
    browser.cookie_names().into_iter().filter(|name| name.contains("session-token")).collect()
}

#[test]
fn a_live_cookie_becomes_a_session_at_the_first_request_whatever_that_is() {
    story(async {
        let world = world().await;
        for (seed, dialect) in [(1, Dialect::V4), (2, Dialect::V5)] {
            for (more, path) in ["/dashboard", "/", "/api/auth/session", "/api/products/1"].iter().enumerate()
            {
                let mut browser = Former::usual(dialect).browser(&world, seed * 100 + more as u64);
                let _ = browser.fetch("GET", path).send().await.expect_status(200);
                assert!(browser.session_cookie().is_some(), "{dialect:?} {path}");
                assert_eq!(former_cookies(&browser), Vec::<String>::new(), "{path}");
                assert_eq!(browser.session().await["user"]["email"], "ada@example.com");
                let _ = browser.open("/dashboard").await.expect_status(200);
                assert!(!world.app.last().header("cookie").unwrap_or_default().contains("crossgate"));
            }
        }
    });
}

#[test]
fn a_long_token_in_pieces_and_one_under_an_old_secret_move_in_too() {
    story(async {
        let change = config("secret = ['a newer secret of the app', 'the secret of the app, from before']");
        let world = World::with(&change).await;
        for (seed, dialect) in [(1, Dialect::V4), (2, Dialect::V5)] {
            let mut former = Former::usual(dialect);
            former.claims["permissions"] = "x".repeat(9000).into();
            let mut browser = former.browser(&world, seed);
            assert_eq!(former_cookies(&browser).len(), 4, "it stands in pieces");
            let _ = browser.open("/dashboard").await.expect_status(200);
            assert_eq!(former_cookies(&browser), Vec::<String>::new());
            assert!(browser.is_signed_in().await);
        }
    });
}

#[test]
fn the_tokens_of_the_api_come_along_and_are_renewed_here() {
    story(async {
        let world = World::with(&config(
            "[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'\naccess_token = '/token'",
        ))
        .await;
        let mut former = Former::usual(Dialect::V4);
        former.claims["accessToken"] = "api-token-from-before".into();
        former.claims["refreshToken"] = "refresh-from-before".into();
        let mut browser = former.browser(&world, 1);
        let _ = browser.get("/api/orders").await;
        assert_eq!(world.api.last().header("authorization"), Some("Bearer api-token-from-before"));
    });
}

#[test]
fn a_token_without_sub_moves_in_where_the_operator_says_whose_it_is() {
    story(async {
        let world = World::with(&config("subject = '/user/id'")).await;
        let claims = json!({ "user": { "id": "user-1", "name": "Ada" } });
        let mut browser = Former { claims, ..Former::usual(Dialect::V4) }.browser(&world, 1);
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert!(browser.session_cookie().is_some());
    });
}

#[test]
fn requests_at_the_same_time_come_to_one_session_also_at_two_gateways() {
    story(async {
        let world = world().await;
        let neighbour = world.start_neighbour().await;
        let former = Former::usual(Dialect::V5).browser(&world, 1);
        let mut waiting = Vec::new();
        for number in 0..40 {
            let mut tab = former.tab();
            if number % 2 == 1 {
                neighbour.take_over(&mut tab);
            }
            waiting.push(tab.fetch("GET", "/dashboard").start().await);
        }
        let mut cookies = Vec::new();
        for wire in &mut waiting {
            let answer = wire.answer().await.expect_status(200);
            let lines = answer.headers_named("set-cookie");
            cookies.extend(
                lines.iter().filter(|line| line.starts_with("__Host-")).map(|line| (*line).to_owned()),
            );
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        }
        cookies.sort();
        cookies.dedup();
        assert_eq!((waiting.len(), cookies.len()), (40, 1), "{cookies:?}");
    });
}

#[test]
fn a_request_that_looked_before_another_moved_in_comes_to_the_same_session() {
    story(async {
        let world = world().await;
        let former = Former::usual(Dialect::V5).browser(&world, 1);
        world.store.hold_next(Operation::Load);
        let mut early = former.tab().fetch("GET", "/dashboard").start().await;
        while world.store.calls(Operation::Load) == 0 {
            let_others_run().await;
        }
        let _ = former.tab().fetch("GET", "/dashboard").send().await.expect_status(200);
        world.store.let_go();
        let _ = early.answer().await.expect_status(200);
    });
}

#[test]
fn a_thousand_browsers_move_in_and_nobody_is_asked_to_sign_in() {
    story(async {
        let world = world().await;
        let neighbour = world.start_neighbour().await;
        let mut sessions = std::collections::BTreeSet::new();
        for batch in 0..20 {
            let mut waiting = Vec::new();
            for number in (0..50).map(|number| batch * 50 + number) {
                let dialect = if number % 2 == 0 { Dialect::V4 } else { Dialect::V5 };
                let mut former = Former::usual(dialect);
                former.claims["sub"] = format!("user-{number}").into();
                former.age = DAY * (number as u32 % 29);
                let mut browser = former.browser(&world, number);
                if number % 3 == 0 {
                    neighbour.take_over(&mut browser);
                }
                let path = if number % 4 < 2 { "/dashboard" } else { "/api/auth/session" };
                waiting.push((number, path, browser.fetch("GET", path).start().await));
            }
            for (number, path, mut wire) in waiting {
                let answer = wire.answer().await.expect_status(200);
                let lines = answer.headers_named("set-cookie");
                let cookie = lines.iter().find(|line| line.starts_with("__Host-")).unwrap();
                sessions.insert((number, (*cookie).to_owned()));
                if path == "/api/auth/session" {
                    assert_eq!(answer.json()["user"]["name"], "Ada", "browser {number}");
                }
            }
        }
        assert_eq!(sessions.len(), 1000, "one session for each browser");
    });
}

#[test]
fn what_is_no_live_session_never_becomes_one() {
    story(async {
        let world = world().await;
        let usual = |dialect| Former::usual(dialect);
        let with = |dialect, claims| Former { claims, ..Former::usual(dialect) };
        for dialect in [Dialect::V4, Dialect::V5] {
            let forged = [
                ("another secret", Former { secret: "a guess", ..usual(dialect) }),
                ("expired", Former { age: 31 * DAY, ..usual(dialect) }),
                ("names nobody", with(dialect, json!({ "name": "Ada" }))),
                ("a state", with(dialect, json!({ "value": "x", "provider": "github" }))),
                ("a verifier of old", with(dialect, json!({ "code_verifier": "x" }))),
            ];
            for (seed, (what, former)) in forged.iter().enumerate() {
                let mut browser = former.browser(&world, seed as u64);
                let answer = browser.fetch("GET", "/api/orders").send().await;
                assert_eq!(answer.refusal(), (401, "not_signed_in".into()), "{dialect:?} {what}");
                assert!(browser.session_cookie().is_none(), "{what}");
                assert!(
                    !former_cookies(&browser).is_empty(),
                    "{what}: what we do not know we do not take away"
                );
            }
        }
        for junk in ["", "x", "a.b.c.d.e", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..x.x.x"] {
            let mut browser = world.browser();
            browser.keep_cookie(&format!("__Secure-next-auth.session-token={junk}; Path=/; Secure"));
            assert!(!browser.is_signed_in().await, "{junk}");
        }
    });
}

#[test]
fn the_state_cookie_of_next_auth_is_no_session_cookie() {
    story(async {
        let world = world().await;
        // Sealed by the app for another cookie: v5 binds its key to the name.
        let state = Former { name: "__Secure-authjs.state", ..Former::usual(Dialect::V5) };
        let token = state.token(&world, 1);
        let mut browser = world.browser();
        browser.keep_cookie(&format!("__Secure-authjs.session-token={token}; Path=/; Secure"));
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn a_token_that_crossgate_sealed_for_the_app_is_no_way_in() {
    story(async {
        let world = world().await;
        let cipher =
            CookieCipher::new(Dialect::V4, "__Secure-next-auth.session-token", &[SecretText::new(SECRET)]);
        let registered =
            Registered { session: Some("AAAAAAAAAAAAAAAA"), issued_at: world.now(), max_age: DAY };
        let claims = json!({ "sub": "user-1" }).as_object().unwrap().clone();
        let entropy = TestEntropy::new(1);
        let token = cipher.seal(&TokenClaims::new(claims, &registered, &entropy).unwrap(), &entropy).unwrap();
        let mut browser = world.browser();
        browser.keep_cookie(&format!(
            "__Secure-next-auth.session-token={}; Path=/; Secure",
            token.expose_secret()
        ));
        assert!(!browser.is_signed_in().await);
        assert!(browser.session_cookie().is_none());
    });
}

#[test]
fn after_signing_out_a_copy_of_the_old_cookie_is_worth_nothing() {
    story(async {
        let world = world().await;
        let former = Former::usual(Dialect::V4);
        let mut thief = former.browser(&world, 1);
        let mut browser = former.browser(&world, 1);
        assert!(browser.is_signed_in().await);
        let _ = browser.sign_out().await.expect_status(200);
        assert!(!thief.is_signed_in().await && thief.session_cookie().is_none());
        assert_eq!(former_cookies(&thief), Vec::<String>::new(), "it has done its duty");
    });
}

#[test]
fn a_copy_of_the_old_cookie_leads_to_the_session_for_ten_minutes_only() {
    story(async {
        let world = world().await;
        let former = Former::usual(Dialect::V4);
        let mut browser = former.browser(&world, 1);
        assert!(browser.is_signed_in().await);
        world.let_pass(Duration::from_secs(9 * 60));
        let mut late = former.browser(&world, 1);
        // The same token: sealed at the same time, with the same randomness.
        let same = Former { age: Duration::from_secs(9 * 60), ..Former::usual(Dialect::V4) };
        let mut again = same.browser(&world, 1);
        assert!(again.is_signed_in().await, "its answer was lost");
        assert_eq!(again.session_cookie(), browser.session_cookie());
        assert!(late.is_signed_in().await, "another token is another session");
        assert_ne!(late.session_cookie(), browser.session_cookie());
        world.let_pass(Duration::from_secs(2 * 60));
        let same = Former { age: Duration::from_secs(11 * 60), ..Former::usual(Dialect::V4) };
        assert!(!same.browser(&world, 1).is_signed_in().await);
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn an_old_cookie_beside_a_session_is_taken_away_and_signs_nobody_in_later() {
    story(async {
        let world = world().await;
        let mut browser = Former::usual(Dialect::V4).browser(&world, 1);
        let mut ours = world.browser();
        let _ = ours.sign_in(ADA).await.expect_status(200);
        browser.keep_cookie(&format!(
            "__Host-Http-crossgate={}; Path=/; Secure; HttpOnly",
            ours.session_cookie().unwrap()
        ));
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(former_cookies(&browser), Vec::<String>::new());
        let _ = browser.sign_out().await.expect_status(200);
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn an_outage_takes_no_cookie_and_signs_nobody_out() {
    story(async {
        let world = world().await;
        let mut browser = Former::usual(Dialect::V4).browser(&world, 1);
        world.store.go_away();
        let answer = browser.fetch("GET", "/dashboard").send().await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".into()));
        assert_eq!(answer.headers_named("set-cookie"), Vec::<&str>::new());
        world.store.heal();
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn without_the_setting_an_old_cookie_is_nothing() {
    story(async {
        let world = World::with(&format!("[app.next_auth]\nsecret = '{SECRET}'")).await;
        let mut browser = Former::usual(Dialect::V4).browser(&world, 1);
        assert!(!browser.is_signed_in().await && browser.session_cookie().is_none());
    });
}
