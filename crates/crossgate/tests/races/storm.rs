//! A thousand requests on one session whose token has just ended, over three gateways.

use std::time::Duration;

use crate::api::{Api, Rotation, Script};
use crate::crowd::Crowd;
use crate::people::Person;
use crate::stage::Stage;
use crate::tally::Allowance;
use crate::world::World;

pub(crate) async fn scenario(stage: &mut Stage) {
    let longest = stage.size.of(Duration::from_millis(400), Duration::from_secs(10));
    let script = Script { longest, ..Script::new(stage.random.fork()) };
    let world = World::new(Api::start(3, Rotation::Detecting, script));
    for round in 0..stage.size.of(2, 10) {
        storm(stage, &world, round).await;
    }
    stage.tally.settle(&world.api);
}

async fn storm(stage: &mut Stage, world: &World, round: usize) {
    let (doors, email) = (world.doors(), format!("{round}.storm@shop.example"));
    let person = Person::sign_in(world.door(round % 3), &email).await;
    let crowd = Crowd::gather(&doors, stage.size.of(90, 1000)).await;
    world.token_end(&email).await;
    for asking in crowd.ask(&person) {
        stage.tally.judge(&person, &asking.await.unwrap().1, Allowance::default());
    }
    if world.api.book().generation_of(&email) != 1 {
        stage.tally.violation(format!("{email} has no second generation of tokens"));
    }
    for door in doors {
        if !person.is_signed_in(door).await {
            stage.tally.sign_outs += 1;
            stage.tally.violation(format!("{email} was signed out"));
        }
    }
}
