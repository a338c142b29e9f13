//! A session ends while new tokens for it are under way.

use std::time::{Duration, Instant};

use crossgate_core::session::EndReason;
use crossgate_store::SessionStore as _;

use crate::api::{Api, Course, Rotation, Script};
use crate::client::{Client, Heard};
use crate::crowd::Crowd;
use crate::people::{Person, TARGET};
use crate::stage::Stage;
use crate::tally::Allowance;
use crate::world::{World, now};

/// So long after the end the session may still be taken for alive.
const LIMIT: Duration = Duration::from_secs(1);
/// How long it is watched whether it comes back.
const WATCH: Duration = Duration::from_millis(1500);

/// How it ends, and whether the API makes new tokens only for somebody who still waits.
const CASES: [(EndReason, bool); 4] = [
    (EndReason::SignedOut, false),
    (EndReason::RevokedByOperator, true),
    (EndReason::SignedOut, true),
    (EndReason::RevokedByOperator, false),
];

pub(crate) async fn scenario(stage: &mut Stage) {
    let world = World::new(Api::start(3, Rotation::Detecting, Script::new(stage.random.fork())));
    let mut number = 0;
    for _ in 0..stage.size.of(1, 5) {
        for (reason, renews_late) in CASES.into_iter().take(stage.size.of(2, CASES.len())) {
            let delay = Duration::from_millis(stage.random.within(&(300..=900)));
            world.api.script().courses.push_back(Course { delay, renews_late, is_lost: false });
            number += 1;
            end(stage, &world, reason, number).await;
        }
    }
    stage.tally.settle(&world.api);
}

async fn end(stage: &mut Stage, world: &World, reason: EndReason, number: usize) {
    let email = format!("{number}.ended@shop.example");
    let person = Person::sign_in(world.door(number % 3), &email).await;
    let crowd = Crowd::gather(&world.doors(), stage.size.of(30, 300)).await;
    world.token_end(&email).await;
    let asking = crowd.ask(&person);
    let asker = world.api.asker(number).await;
    tokio::time::sleep(stage.random.moment(Duration::from_millis(250))).await;
    match reason {
        EndReason::SignedOut => {
            drop(person.sign_out(world.door((asker + number) % 3)).await.expect("a sign-out"))
        }
        reason => {
            drop(world.store().end(person.session(), reason, now()).await.unwrap().expect("it was there"))
        }
    }
    let ended_at = Instant::now();
    stage.tally.sign_outs += 1;
    let allowance = Allowance { ended: Some(reason.code()), refused_by_api: true, ..Allowance::default() };
    stays_ended(stage, world, &person, ended_at, allowance).await;
    for asking in asking {
        stage.tally.judge(&person, &asking.await.unwrap().1, allowance);
    }
    if !world.api.book().is_revoked(&email) {
        stage.tally.violation(format!("{email}: the API still takes the newest refresh token"));
    }
    let found = world.end_reason(person.session()).await;
    if found != Some(reason) {
        stage.tally.violation(format!("{email}: the session's end is {found:?}, not {reason:?}"));
    }
}

/// From some moment on no gateway knows the session, and that moment comes soon.
async fn stays_ended(
    stage: &mut Stage,
    world: &World,
    person: &Person,
    ended_at: Instant,
    allowance: Allowance,
) {
    let mut last_alive = Duration::ZERO;
    while ended_at.elapsed() < WATCH {
        for door in world.doors() {
            if person.is_signed_in(door).await {
                last_alive = ended_at.elapsed();
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    if last_alive > LIMIT {
        stage.tally.violation(format!("{}: alive {last_alive:?} after the end", person.email));
    }
    for door in world.doors() {
        let heard = Client::new(door).get(TARGET, &person.cookie).await;
        if !matches!(&heard, Heard::Answer(answer) if answer.status == 401) {
            stage.tally.violation(format!("{} is still served: {heard:?}", person.email));
        }
        stage.tally.judge(person, &heard, allowance);
    }
}
