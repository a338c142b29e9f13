//! Signing in with a password, and a code.

use std::sync::atomic::Ordering;

use crossgate_testkit::{ADA, Answer, BOB, Reply, World, story};
use serde_json::json;

use crate::sweep::{Scenario, Stage, as_a_stranger, nothing, token};

const CALLBACK: &str = "/api/auth/callback/credentials";

/// A first visit.
pub(crate) struct Csrf;

impl Scenario for Csrf {
    async fn prepare() -> Stage {
        as_a_stranger(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.get("/api/auth/csrf").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.json()["csrfToken"].as_str().is_some_and(|token| token.len() > 20)
    }

    async fn afterwards(stage: &mut Stage, _: bool) {
        let _ = stage.browser.sign_in(ADA).await.expect_status(200);
    }
}

/// An e-mail address and a password.
pub(crate) struct Credentials;

impl Scenario for Credentials {
    async fn prepare() -> Stage {
        as_a_stranger(World::new().await, token).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        let fields = [
            ("email", ADA.email),
            ("password", ADA.password),
            ("csrfToken", &stage.memo),
            ("callbackUrl", "/"),
            ("json", "true"),
        ];
        stage.browser.fetch("POST", CALLBACK).form(&fields).send().await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.sets_session_cookie()
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        assert_eq!(stage.browser.is_signed_in().await, is_done);
        let answer = stage.browser.sign_in(ADA).await;
        assert!(answer.status == 200 && answer.sets_session_cookie(), "{answer:?}");
    }
}

const STEP: &str = r#"
[sign_in.credentials.second_step]
when    = { where = { "/otpRequired" = true } }
values  = { challenge = "/otpToken" }
fields  = ["code"]
request = "POST /api/login/otp"
body    = { token = "{challenge}", code = "{code}" }
"#;

/// The code behind the password.
pub(crate) struct SecondStep;

impl SecondStep {
    /// Only Ada has a code.
    async fn world() -> World {
        let world = World::with(STEP).await;
        let api = world.api.clone();
        world.api.on("POST /api/login", move |seen| match seen.json()["email"] == ADA.email {
            true => Reply::json(200, &json!({ "otpRequired": true, "otpToken": "of-ada" })),
            false => api.usual(seen),
        });
        let api = world.api.clone();
        world.api.on("POST /api/login/otp", move |seen| {
            match seen.json() == json!({ "token": "of-ada", "code": "123456" }) {
                true => Reply::json(200, &api.welcome(ADA.email)),
                false => Reply::json(401, &json!({ "message": "wrong" })),
            }
        });
        world
    }

    async fn code(stage: &mut Stage) -> Answer {
        let fields = [("code", "123456"), ("csrfToken", &stage.memo), ("callbackUrl", "/"), ("json", "true")];
        stage.browser.fetch("POST", CALLBACK).form(&fields).send().await
    }
}

impl Scenario for SecondStep {
    async fn prepare() -> Stage {
        as_a_stranger(Self::world().await, async |_: &World, browser: &mut crossgate_testkit::Browser| {
            let answer = browser.sign_in(ADA).await;
            assert!(!answer.sets_session_cookie(), "{answer:?}");
            browser.csrf_token().await
        })
        .await
    }

    async fn act(stage: &mut Stage) -> Answer {
        Self::code(stage).await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.sets_session_cookie()
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        assert_eq!(stage.browser.is_signed_in().await, is_done);
        if !is_done {
            let _ = stage.browser.sign_in(ADA).await;
            let answer = Self::code(stage).await;
            assert!(answer.sets_session_cookie(), "from the beginning: {answer:?}");
        }
    }
}

#[test]
fn randomness_that_repeats_gives_nobody_what_is_anothers() {
    story(async {
        let world = World::new().await;
        world.faults.is_stuck.store(true, Ordering::Relaxed);
        let mut bob = world.browser_of(BOB).await;
        let mut ada = world.browser();
        let answer = ada.sign_in(ADA).await;
        assert!(matches!(answer.status, 400..=599) && !answer.sets_session_cookie(), "{answer:?}");
        assert!(!ada.is_signed_in().await);
        assert_eq!(bob.session().await["user"]["email"], BOB.email);
    });
}
