//! Tokens that the gateway signs, and APIs that ask about them.

use crossgate_testkit::{Answer, Browser, World};

use crate::sweep::{Scenario, Stage, at_a_fresh_gateway, nothing};

const CONFIG: &str = "
[[api]]
token = 'issued'
[api.issued]
audience = 'orders'
[api.client]
id = 'shop-api'
secret = 'a-secret-that-only-the-shop-knows'
";

/// A call with a token of ours.
pub(crate) struct IssuedToken;

impl Scenario for IssuedToken {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::with(CONFIG).await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.get("/api/things").await
    }

    fn is_done(stage: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && stage.world.api.last().bearer().split('.').count() == 3
    }
}

/// A token that Ada's call brought to the API.
async fn of_ada(world: &World, browser: &mut Browser) -> String {
    let _ = browser.get("/api/things").await.expect_status(200);
    world.api.last().bearer().to_owned()
}

async fn ask(stage: &Stage, path: &str) -> Answer {
    let mut api = stage.world.browser();
    let proof = ("client_id", "shop-api");
    let fields = [("token", &*stage.memo), proof, ("client_secret", "a-secret-that-only-the-shop-knows")];
    api.fetch("POST", path).without("Origin").form(&fields).send().await
}

/// An API asks whether a token counts.
pub(crate) struct Introspection;

impl Scenario for Introspection {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::with(CONFIG).await, of_ada).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        ask(stage, "/api/auth/introspect").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200 && answer.json()["active"] == true
    }
}

/// An API ends the session that a token belongs to.
pub(crate) struct Revocation;

impl Scenario for Revocation {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::with(CONFIG).await, of_ada).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        ask(stage, "/api/auth/revoke").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        answer.status == 200
    }

    async fn afterwards(stage: &mut Stage, is_done: bool) {
        if !is_done {
            let _ = Self::act(stage).await.expect_status(200);
        }
        assert!(!stage.browser.is_signed_in().await, "it was said to have ended");
    }
}
