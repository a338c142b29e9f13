//! A person's own sessions: seen, listed, ended.

use crossgate_testkit::{ADA, Answer, Browser, World};

use crate::sweep::{Scenario, Stage, at_a_fresh_gateway, cookie, nothing, with_cookie};

/// `useSession()`.
pub(crate) struct Read;

impl Scenario for Read {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.get("/api/auth/session").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.json()["user"]["email"] == ADA.email
    }
}

/// Where somebody is signed in.
pub(crate) struct List;

impl Scenario for List {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.get("/api/auth/sessions").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.json()["sessions"].as_array().is_some_and(|list| list.len() == 1)
    }
}

/// Ada ends the session of her phone.
pub(crate) struct Revoke;

impl Scenario for Revoke {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, async |world: &World, _: &mut Browser| {
            cookie(world, &mut world.signed_in().await).await
        })
        .await
    }

    async fn act(stage: &mut Stage) -> Answer {
        let list = stage.browser.get("/api/auth/sessions").await;
        if list.status != 200 {
            return list;
        }
        let (list, token) = (list.json(), list.header("x-csrf-token").unwrap_or_default().to_owned());
        let sessions = list["sessions"].as_array().unwrap();
        let phone = sessions.iter().find(|session| session["current"] == false).unwrap();
        let path = format!("/api/auth/sessions/{}", phone["id"].as_str().unwrap());
        stage.browser.fetch("DELETE", &path).with("X-CSRF-Token", &token).send().await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 204
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        if !is_done {
            let answer = Self::act(stage).await;
            // It may have ended before something else failed; then it is not in the list any more.
            let mut phone = with_cookie(&stage.world, &stage.memo);
            assert!(answer.status == 204 || !phone.is_signed_in().await, "{answer:?}");
        }
        assert!(!with_cookie(&stage.world, &stage.memo).is_signed_in().await, "it was said to have ended");
        assert!(stage.browser.is_signed_in().await);
    }
}

async fn sign_out(stage: &mut Stage, everywhere: &str) -> Answer {
    let token = stage.browser.get("/api/auth/csrf").await;
    if token.status != 200 {
        return token;
    }
    let token = token.json()["csrfToken"].as_str().unwrap().to_owned();
    let fields = [("csrfToken", &*token), ("callbackUrl", "/"), ("json", "true"), ("everywhere", everywhere)];
    stage.browser.fetch("POST", "/api/auth/signout").form(&fields).send().await
}

/// Ada signs out. The memo is a copy of her cookie.
pub(crate) struct SignOut;

impl Scenario for SignOut {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, cookie).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        sign_out(stage, "false").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        if !is_done {
            assert!(stage.browser.session_cookie().is_some(), "without it nobody could sign out");
            let _ = Self::act(stage).await.expect_status(200);
        }
        assert!(!with_cookie(&stage.world, &stage.memo).is_signed_in().await, "the copy still works");
    }
}

/// Ada signs out everywhere. The memo is the cookie of her phone.
pub(crate) struct SignOutEverywhere;

impl Scenario for SignOutEverywhere {
    async fn prepare() -> Stage {
        Revoke::prepare().await
    }

    async fn act(stage: &mut Stage) -> Answer {
        sign_out(stage, "true").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        if !is_done {
            let _ = Self::act(stage).await.expect_status(200);
        }
        assert!(!with_cookie(&stage.world, &stage.memo).is_signed_in().await, "the phone still works");
    }
}
