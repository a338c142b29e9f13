//! The API makes new tokens, and its answer never arrives.

use std::time::{Duration, Instant};

use crossgate_core::session::EndReason;

use crate::api::{Api, Course, Rotation, Script};
use crate::client::Client;
use crate::crowd::Crowd;
use crate::people::{Person, TARGET};
use crate::stage::Stage;
use crate::tally::{Allowance, name_of};
use crate::world::World;

/// By then everybody who has to pause has asked again.
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) async fn scenario(stage: &mut Stage) {
    for rotation in [Rotation::Detecting, Rotation::Never] {
        let world = World::new(Api::start(3, rotation, Script::new(stage.random.fork())));
        for round in 0..stage.size.of(1, 4) {
            let delay = Duration::from_millis(stage.random.within(&(50..=300)));
            world.api.script().courses.push_back(Course { delay, renews_late: false, is_lost: true });
            lose(stage, &world, rotation, round).await;
        }
        stage.tally.count(&world.api);
    }
}

async fn lose(stage: &mut Stage, world: &World, rotation: Rotation, round: usize) {
    let (doors, email) = (world.doors(), format!("{round}.lost@shop.example"));
    let person = Person::sign_in(world.door(round % 3), &email).await;
    let crowd = Crowd::gather(&doors, stage.size.of(30, 100)).await;
    world.token_end(&email).await;
    let ended = (rotation == Rotation::Detecting).then_some(EndReason::RefreshLost);
    let allowance =
        Allowance { unavailable: true, ended: ended.map(EndReason::code), ..Allowance::default() };
    for asking in crowd.ask(&person) {
        stage.tally.judge(&person, &asking.await.unwrap().1, allowance);
    }
    for gateway in 0..doors.len() {
        let last = until_settled(stage, world, &person, gateway, allowance).await;
        let wanted = if ended.is_some() { Some(401) } else { Some(200) };
        if last != wanted {
            stage.tally.violation(format!("{email}: with {} the last answer is {last:?}", name_of(rotation)));
        }
    }
    let reason = world.end_reason(person.session()).await;
    stage.tally.sign_outs += usize::from(reason.is_some());
    if reason != ended {
        stage.tally.violation(format!("{email}: the session's end is {reason:?}, not {ended:?}"));
    }
}

/// Asks again until the answer is no longer "later". Its status.
async fn until_settled(
    stage: &mut Stage,
    world: &World,
    person: &Person,
    gateway: usize,
    allowance: Allowance,
) -> Option<u16> {
    let (mut client, start) = (Client::new(world.door(gateway)), Instant::now());
    while start.elapsed() < PATIENCE {
        let heard = client.get(TARGET, &person.cookie).await;
        stage.tally.judge(person, &heard, allowance);
        match heard {
            crate::client::Heard::Answer(answer) if answer.status != 503 => return Some(answer.status),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    None
}
