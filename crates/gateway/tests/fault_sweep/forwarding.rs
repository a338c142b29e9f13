//! Pages and calls that are forwarded.

use std::pin::pin;
use std::time::Duration;

use crossgate_testkit::{ADA, Answer, World};
use serde_json::json;

use crate::sweep::{Scenario, Stage, at_a_fresh_gateway, heal, nothing, token};

fn shows_somebody(answer: &Answer) -> bool {
    answer.status == 200 && answer.text().contains("<p>somebody</p>")
}

/// A page for people who are signed in.
pub(crate) struct ProtectedPage;

impl Scenario for ProtectedPage {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/dashboard").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        shows_somebody(answer)
    }
}

/// A page for everybody, which is another one for people who are signed in.
pub(crate) struct OpenPage;

impl Scenario for OpenPage {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.open("/").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        shows_somebody(answer)
    }
}

fn shows_ada(answer: &Answer) -> bool {
    answer.status == 200 && answer.json()["user"]["email"] == ADA.email
}

/// A call to the API.
pub(crate) struct Call;

impl Scenario for Call {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, nothing).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        stage.browser.get("/api/orders").await
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        shows_ada(answer)
    }
}

/// A call that changes something.
pub(crate) struct Change;

impl Scenario for Change {
    async fn prepare() -> Stage {
        at_a_fresh_gateway(World::new().await, token).await
    }

    async fn act(stage: &mut Stage) -> Answer {
        let fetch = stage.browser.fetch("POST", "/api/orders").with("X-CSRF-Token", &stage.memo);
        fetch.json(&json!({ "item": 1 })).send().await
    }

    fn is_done(stage: &Stage, answer: &Answer) -> bool {
        answer.status < 300 && stage.world.api.count("POST /api/orders") == 1
    }
}

const REFRESH: &str = r#"
[sign_in.credentials.login]
expires_in = "/expiresIn"
[sign_in.credentials.refresh]
request = "POST /api/refresh"
"#;
const TOKENS: Duration = Duration::from_secs(600);

/// A call when the API's token has ended.
pub(crate) struct Refresh;

impl Scenario for Refresh {
    async fn prepare() -> Stage {
        let world = World::with(REFRESH).await;
        world.api.issue_tokens_for(TOKENS);
        let stage = at_a_fresh_gateway(world, nothing).await;
        stage.world.let_pass(TOKENS);
        stage
    }

    async fn act(stage: &mut Stage) -> Answer {
        let Stage { world, browser, .. } = stage;
        let mut asking = pin!(browser.get("/api/orders"));
        tokio::select! {
            biased;
            answer = &mut asking => answer,
            // Storing what the API gave is tried for longer than anybody wants to wait here.
            () = world.log.wait_for("a refresh meets a fault of the store") => {
                heal(&world.faults);
                asking.await
            }
        }
    }

    fn is_done(_: &Stage, answer: &Answer) -> bool {
        shows_ada(answer)
    }

    async fn afterwards(stage: &mut Stage, _: bool) {
        // The pause after a renewal that failed.
        stage.world.let_pass(Duration::from_secs(60));
        let answer = stage.browser.get("/api/orders").await;
        assert!(shows_ada(&answer), "{answer:?}\n{}", stage.world.log.text());
    }
}
