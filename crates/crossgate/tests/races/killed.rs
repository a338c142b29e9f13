//! One of three gateways is killed while new tokens are under way.

use std::time::Duration;

use crossgate_core::session::EndReason;

use crate::api::{Api, Course, Rotation, Script};
use crate::client::Client;
use crate::crowd::Crowd;
use crate::people::{Person, TARGET};
use crate::stage::Stage;
use crate::tally::Allowance;
use crate::world::World;

/// Who dies, and what the API had done by then.
#[derive(Debug, Clone, Copy)]
struct Case {
    kills_asker: bool,
    rotation: Rotation,
    /// The API makes new tokens only for somebody who still waits.
    renews_late: bool,
}

const CASES: [Case; 5] = [
    Case { kills_asker: true, rotation: Rotation::Detecting, renews_late: false },
    Case { kills_asker: true, rotation: Rotation::Detecting, renews_late: true },
    Case { kills_asker: true, rotation: Rotation::Never, renews_late: false },
    Case { kills_asker: false, rotation: Rotation::Detecting, renews_late: false },
    Case { kills_asker: false, rotation: Rotation::Detecting, renews_late: true },
];

impl Case {
    /// How the session ends, if it has to.
    fn end(self) -> Option<EndReason> {
        let is_lost = self.kills_asker && self.rotation == Rotation::Detecting && !self.renews_late;
        is_lost.then_some(EndReason::RefreshLost)
    }
}

pub(crate) async fn scenario(stage: &mut Stage) {
    for (number, case) in CASES.into_iter().enumerate().take(stage.size.of(1, CASES.len())) {
        for round in 0..stage.size.of(1, 3) {
            let mut world = World::new(Api::start(3, case.rotation, Script::new(stage.random.fork())));
            let delay = stage.size.of(Duration::from_millis(400), Duration::from_secs(2));
            let course = Course { delay, renews_late: case.renews_late, is_lost: false };
            world.api.script().courses.push_back(course);
            kill(stage, &mut world, case, &format!("{number}.{round}.killed@shop.example")).await;
            stage.tally.count(&world.api);
        }
    }
}

async fn kill(stage: &mut Stage, world: &mut World, case: Case, email: &str) {
    let person = Person::sign_in(world.door(0), email).await;
    let crowd = Crowd::gather(&world.doors(), stage.size.of(60, 1000)).await;
    world.token_end(email).await;
    let asking = crowd.ask(&person);
    let asker = world.api.asker(1).await;
    let victim = if case.kills_asker { asker } else { (asker + 1) % 3 };
    tokio::time::sleep(stage.random.moment(Duration::from_millis(100))).await;
    world.kill(victim);
    let allowance = Allowance {
        unavailable: case.kills_asker,
        ended: case.end().map(EndReason::code),
        ..Allowance::default()
    };
    for asking in asking {
        let (gateway, heard) = asking.await.unwrap();
        stage.tally.judge(&person, &heard, Allowance { lost: gateway == victim, ..allowance });
    }
    agree(stage, world, &person, case, victim).await;
}

/// All three say the same, also the one that was dead.
async fn agree(stage: &mut Stage, world: &mut World, person: &Person, case: Case, victim: usize) {
    let reason = world.end_reason(person.session()).await;
    stage.tally.sign_outs += usize::from(reason.is_some());
    if reason != case.end() {
        stage.tally.violation(format!("{case:?}: the session's end is {reason:?}"));
    }
    world.start(victim);
    let allowance = Allowance { ended: case.end().map(EndReason::code), ..Allowance::default() };
    for door in world.doors() {
        let heard = Client::new(door).get(TARGET, &person.cookie).await;
        stage.tally.judge(person, &heard, allowance);
    }
    let expected = if case.kills_asker { 2 } else { 1 };
    let refreshes = world.api.book().seen.refreshes;
    if refreshes != expected {
        stage.tally.violation(format!("{case:?}: {refreshes} refreshes, not {expected}"));
    }
}
