//! Of a thousand who wait for the same new token, nine hundred go away.

use std::time::Duration;

use crate::api::{Api, Course, Rotation, Script};
use crate::crowd::Crowd;
use crate::people::Person;
use crate::stage::Stage;
use crate::tally::Allowance;
use crate::world::World;

/// Of each ten, so many stay.
const STAYING: usize = 1;

pub(crate) async fn scenario(stage: &mut Stage) {
    let world = World::new(Api::start(3, Rotation::Detecting, Script::new(stage.random.fork())));
    for round in 0..stage.size.of(1, 5) {
        let longest = stage.size.of(400, 3000);
        let delay = Duration::from_millis(stage.random.within(&(400..=longest)));
        world.api.script().courses.push_back(Course { delay, renews_late: round % 2 == 0, is_lost: false });
        leave(stage, &world, round).await;
    }
    stage.tally.settle(&world.api);
}

async fn leave(stage: &mut Stage, world: &World, round: usize) {
    let (doors, email) = (world.doors(), format!("{round}.leavers@shop.example"));
    let person = Person::sign_in(world.door(round % 3), &email).await;
    let crowd = Crowd::gather(&doors, stage.size.of(100, 1000)).await;
    world.token_end(&email).await;
    let asking = crowd.ask(&person);
    world.api.asker(round + 1).await;
    // A task that is given up closes its connection.
    let (staying, leaving): (Vec<_>, Vec<_>) =
        asking.into_iter().enumerate().partition(|(number, _)| number % 10 >= 10 - STAYING);
    leaving.iter().for_each(|(_, asking)| asking.abort());
    stage.tally.lost += leaving.len();
    for (_, asking) in staying {
        stage.tally.judge(&person, &asking.await.unwrap().1, Allowance::default());
    }
    if world.api.book().generation_of(&email) != 1 || !person.is_signed_in(doors[0].clone()).await {
        stage.tally.violation(format!("{email} has no new tokens"));
    }
}
