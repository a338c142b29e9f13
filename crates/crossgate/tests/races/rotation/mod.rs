//! `secret` and signing keys are replaced while people go on using two gateways behind a load balancer.
//!
//! A new signing key signs ten minutes after it was made; that switch is shown where a test has the clock in its hands.
//! Here real processes show that nothing breaks on the way.

mod balancer;
mod verifier;
mod visitor;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::stage::Stage;
use crate::tally::Tally;
use crate::world::World;

use balancer::Balancer;
use verifier::Verifier;
use visitor::Visitor;

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${PUBLIC_PORT}"
secret     = SECRETS
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 2
[app]
url = "${API_URL}"
[[api]]
path   = "/api"
url    = "${API_URL}"
token  = "issued"
issued = { audience = "the races", lifetime = "1m", claims = { email = "{email}" } }
[sign_in.credentials.login]
request = "POST /api/login"
user    = "/user"
[throttle]
per_account = 1000000
per_address = 1000000
[store]
url = "sqlite:crossgate.db"
"#;

const OLD: &str = "the old secret of the races, thirty-two bytes long";
const NEW: &str = "the new secret of the races, thirty-two bytes long";

/// What stands in the configuration, one after the other: every process knows a secret before any process uses it.
const STEPS: [&[&str]; 3] = [&[OLD, NEW], &[NEW, OLD], &[NEW]];

pub(crate) async fn scenario(stage: &mut Stage) {
    let pause = stage.size.of(Duration::from_millis(200), Duration::from_secs(3));
    let verifier = Arc::new(Verifier::default());
    let addresses = verifier::listen(&verifier, 2);
    let mut world = World::behind((), &addresses, &with_secrets(&[OLD]));
    let balancer = Arc::new(Balancer::new(world.doors()));
    verifier.fetch_keys_through(Arc::clone(&balancer));
    let is_over = Arc::new(AtomicBool::new(false));
    let mut visiting = JoinSet::new();
    let people = stage.size.of(16, 60);
    for number in 0..people {
        // Somebody comes all the time, so that there are sign-ins under each secret.
        let delay = pause * 9 * number / people;
        let email = format!("{number}.rotation@shop.example");
        let visitor = Visitor::new(Arc::clone(&balancer), email, Arc::clone(&is_over));
        visiting.spawn(async move { visitor.visit(delay).await });
    }
    let restarts = replace_everything(&mut world, &balancer, pause).await;
    is_over.store(true, Ordering::Relaxed);
    while let Some(tally) = visiting.join_next().await {
        let tally: Tally = tally.unwrap();
        stage.tally.add(tally);
    }
    verifier.report(&mut stage.tally);
    stage.tally.figures.push(format!("{people} people, {restarts} restarts"));
}

/// The new secret comes, is used, and the old one goes; before and after that, new signing keys.
async fn replace_everything(world: &mut World<()>, balancer: &Balancer, pause: Duration) -> usize {
    let mut restarts = 0;
    tokio::time::sleep(pause).await;
    world.command(&["keys", "rotate"]).await;
    for secrets in STEPS {
        world.rewrite(&with_secrets(secrets));
        for gateway in 0..2 {
            tokio::time::sleep(pause).await;
            balancer.take_out(gateway).await;
            world.restart(gateway).await;
            balancer.put_back(gateway);
            restarts += 1;
        }
        tokio::time::sleep(pause).await;
    }
    world.command(&["keys", "rotate"]).await;
    tokio::time::sleep(pause).await;
    restarts
}

fn with_secrets(secrets: &[&str]) -> String {
    CONFIGURATION.replace("SECRETS", &format!("{secrets:?}"))
}
