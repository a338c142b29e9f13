//! Apps with next-auth: their cookie in every request, people who move in, and people who move out.

use std::time::Duration;

use crossgate_core::next_auth::Dialect;
use crossgate_core::secret::SecretText;
use crossgate_nextauth::cookie::{CookieCipher, Registered, TokenClaims};
use crossgate_store::ENDED_SESSION_RETENTION;
use crossgate_testkit::{Answer, Browser, TestEntropy, World};
use serde_json::json;

use crate::sweep::{Scenario, Stage, as_a_stranger, at_a_fresh_gateway, nothing};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECRET: &str = "the secret that the app has too";
const COOKIE: &str = "__Secure-next-auth.session-token";

fn config(more: &str) -> String {
    format!("[app.next_auth]\nversion = 'v4'\nsecret = '{SECRET}'\n{more}")
}

/// The app finds a session cookie of next-auth in the request for a page.
pub(crate) struct AppCookie;

impl Scenario for AppCookie {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::with(&config("")).await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/dashboard").await
    }

    fn is_done(stage: &Stage, answer: &Answer) -> bool {
        let has_cookie = || stage.world.app.last().header("cookie").is_some_and(|line| line.contains(COOKIE));
        answer.status == 200 && has_cookie()
    }
}

/// Somebody comes with a session cookie from before.
pub(crate) struct MovingIn;

impl MovingIn {
    async fn world() -> World {
        World::with(&config("[app.next_auth.move_in]\nfrom = ['v4']\naccess_token = '/accessToken'\n")).await
    }

    async fn arrive(world: &World, browser: &mut Browser) -> String {
        let cipher = CookieCipher::new(Dialect::V4, COOKIE, &[SecretText::new(SECRET)]);
        let registered = Registered { session: None, issued_at: world.now(), max_age: DAY * 90 };
        let claims = json!({ "name": "Ada", "email": "ada@shop.example", "sub": "1" });
        let entropy = TestEntropy::new(1);
        let claims = TokenClaims::new(claims.as_object().unwrap().clone(), &registered, &entropy).unwrap();
        let token = cipher.seal(&claims, &entropy).unwrap();
        let line = format!("{COOKIE}={}; Path=/; HttpOnly; Secure; SameSite=Lax", token.expose_secret());
        browser.keep_cookie(&line);
        line
    }
}

impl Scenario for MovingIn {
    async fn prepare() -> Stage {
        as_a_stranger(Self::world().await, Self::arrive).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/dashboard").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.sets_session_cookie() && answer.text().contains("<p>somebody</p>")
    }

    async fn afterwards(stage: &mut Stage, _: bool) {
        let _ = stage.browser.open("/dashboard").await.expect_status(200);
        assert!(stage.browser.is_signed_in().await);
    }
}

/// Somebody comes with a copy of a cookie that was used up so long ago that the store has forgotten its session.
pub(crate) struct MovingInAgain;

impl Scenario for MovingInAgain {
    async fn prepare() -> Stage {
        let world = MovingIn::world().await;
        let mut ada = world.browser();
        let copy = MovingIn::arrive(&world, &mut ada).await;
        let _ = ada.open("/dashboard").await.expect_status(200);
        let _ = ada.sign_out().await.expect_status(200);
        world.let_pass(ENDED_SESSION_RETENTION + DAY);
        world.sweep().await.unwrap();
        as_a_stranger(world, async |_: &World, thief: &mut Browser| {
            thief.keep_cookie(&copy);
            copy
        })
        .await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/dashboard").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.header("location").is_some_and(|location| location.contains("/api/auth/signin"))
    }

    async fn afterwards(stage: &mut Stage, _: bool) {
        stage.browser.keep_cookie(&stage.memo);
        let answer = stage.browser.open("/dashboard").await;
        assert!(Self::is_done(stage, &answer), "{answer:?}");
        assert!(!stage.browser.is_signed_in().await);
    }
}

/// Browsers are given the cookie that the app would need without us.
pub(crate) struct MovingOut;

impl Scenario for MovingOut {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::with(&config("move_out = { }")).await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/dashboard").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.text().contains("<p>somebody</p>")
    }
}
