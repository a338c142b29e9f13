//! Signing in with a provider, and being signed out by it.

use std::time::Duration;

use crossgate_testkit::{Answer, BOB, Browser, World};

use crate::sweep::{Scenario, Stage, as_a_stranger, token};

/// A provider that did not answer is left alone for as long.
const PAUSE: Duration = Duration::from_secs(60);

async fn world() -> World {
    World::with_providers("").await
}

/// Away to the provider.
pub(crate) struct Start;

impl Scenario for Start {
    async fn prepare() -> Stage {
        as_a_stranger(world().await, token).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        let fields = [("callbackUrl", "/dashboard"), ("csrfToken", &stage.memo), ("json", "true")];
        stage.browser.fetch("POST", "/api/auth/signin/good").form(&fields).send().await
    }

    fn is_done(stage: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.url().starts_with(stage.world.provider().issuer())
    }

    async fn afterwards(stage: &mut Stage, _: bool) {
        let Stage { world, browser, .. } = stage;
        world.let_pass(PAUSE);
        let answer = browser.sign_in_at_provider(world, "good", "ada").await;
        assert!(answer.sets_session_cookie(), "{answer:?}");
    }
}

/// Back from the provider.
pub(crate) struct Callback;

impl Scenario for Callback {
    async fn prepare() -> Stage {
        as_a_stranger(world().await, async |world: &World, browser: &mut Browser| {
            let url = browser.begin_sign_in("good", "/dashboard").await;
            world.authorize(&url).approve("ada")
        })
        .await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.come_back(&stage.memo).await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.sets_session_cookie()
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        let Stage { world, browser, .. } = stage;
        assert_eq!(browser.is_signed_in().await, is_done);
        world.let_pass(PAUSE);
        let answer = browser.sign_in_at_provider(world, "good", "ada").await;
        assert!(answer.sets_session_cookie(), "{answer:?}");
    }
}

/// The provider says that somebody's session there has ended.
pub(crate) struct Logout;

impl Scenario for Logout {
    async fn prepare() -> Stage {
        let world = world().await;
        let mut browser = world.browser();
        let answer = browser.sign_in_at_provider(&world, "good", "ada").await;
        assert!(answer.sets_session_cookie(), "{answer:?}");
        let memo = world.provider().logout_token("ada", |_| {});
        let bob = world.browser_of(BOB).await;
        Stage { world, browser, _bob: bob, memo }
    }

    async fn act(stage: &mut Stage) -> Answer {
        let mut server = stage.world.browser();
        let fetch = server.fetch("POST", "/api/auth/backchannel-logout/good").without("Origin");
        fetch.form(&[("logout_token", &stage.memo)]).send().await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        if !is_done {
            let _ = Self::act(stage).await.expect_status(200);
        }
        assert!(!stage.browser.is_signed_in().await, "it was told that Ada is gone");
    }
}
